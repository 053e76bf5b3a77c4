package definition

import (
	"fmt"
	"time"
	_ "time/tzdata" // calendar windows work where no time zones are installed

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func readWindow(spec object) slo.Window {
	const hint = `write exactly one item, such as "- duration: 28d" with "isRolling: true" below it`
	list := spec.need("timeWindow", hint)
	items := list.list()
	if list.isList() && len(items) != 1 {
		list.fail(fmt.Sprintf("has %d items", len(items)), hint)
	}
	if len(items) != 1 {
		return slo.Window{}
	}
	o := items[0].schema("duration", "isRolling", "calendar")
	duration := o.need("duration", "write the length of the window, such as 28d")
	period, ok := duration.period()
	w := slo.Window{Period: period, Calendar: isCalendar(o)}
	if w.Calendar {
		w.Anchor = readAnchor(o.get("calendar"))
	}
	if !ok {
		return w
	}
	if err := w.Validate(); err != nil {
		duration.invalid(err)
	} else if period.Unit == slo.Minute {
		duration.warn(fmt.Sprintf("a window of %s is minutes long", period), fmt.Sprintf("write %dM if months are meant", period.Count))
	}
	return w
}

// isCalendar says whether the window is aligned to the calendar; isRolling,
// where it is omitted, follows from whether there is a calendar.
func isCalendar(o object) bool {
	calendar, rolling := o.get("calendar"), o.get("isRolling")
	isRolling, said := rolling.boolean()
	switch {
	case said && isRolling && calendar.present():
		rolling.fail("is true, but there is a calendar", "remove the calendar for a rolling window, or write isRolling: false")
	case said && !isRolling && !calendar.present():
		calendar.fail("is missing", "write calendar with startTime and timeZone, or isRolling: true for a rolling window")
	}
	return calendar.present()
}

// readAnchor is the start of the calendar; the epoch where it is not valid.
func readAnchor(calendar value) time.Time {
	o := calendar.schema("startTime", "timeZone")
	start := o.need("startTime", "write the start of some window, such as 2024-01-01 00:00:00")
	zone := o.need("timeZone", "write a name of the IANA time zone database, such as Europe/Paris or UTC")
	epoch := time.Unix(0, 0).UTC()
	location, ok := zone.location()
	if !ok || !start.present() {
		return epoch
	}
	// Without quotes YAML takes it for a timestamp, but it has no time zone.
	t, err := time.ParseInLocation(time.DateTime, start.node.Value, location)
	if err != nil {
		start.fail(quoted(start.node.Value)+" is not a date and time", "write it as 2024-01-01 00:00:00, without a time zone")
		return epoch
	}
	if t.Year() < epoch.Year() {
		start.fail(fmt.Sprintf("the year %d is out of range", t.Year()), "start in 1970 or later")
		return epoch
	}
	return t
}

// location is a time zone of the IANA database.
func (v value) location() (location *time.Location, ok bool) {
	name := v.text()
	if !v.present() {
		return nil, false
	}
	location, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		v.fail(quoted(name)+" is not a time zone", "write a name of the IANA time zone database, such as Europe/Paris or UTC")
		return nil, false
	}
	return location, true
}
