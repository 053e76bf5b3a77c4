package openslo

import (
	"fmt"
	"time"
	_ "time/tzdata" // calendar windows work where no time zones are installed

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func readWindow(spec yamldoc.Object) slo.Window {
	const hint = `write exactly one item, such as "- duration: 28d" with "isRolling: true" below it`
	list := spec.Get("timeWindow")
	if !list.Present() && hasMisplacedWindow(spec) {
		return slo.Window{}
	}
	if !list.Present() {
		list = spec.Need("timeWindow", hint)
	}
	if list.IsMapping() {
		list.Fail("is a mapping, not a list", "write a dash before its first field, and indent the others as that")
		return slo.Window{}
	}
	item, ok := needOneItem(list, hint)
	if !ok {
		return slo.Window{}
	}
	o := item.Fields("duration", "isRolling", "calendar")
	duration := o.Need("duration", "write the length of the window, such as 28d")
	period, ok := readPeriod(duration)
	w := slo.Window{Period: period, Calendar: readCalendar(o)}
	if w.Calendar {
		w.Anchor = readAnchor(o.Get("calendar"))
	}
	if !ok {
		return w
	}
	if err := w.Validate(); err != nil {
		format.Refuse(duration.Report(), duration.Place(), err)
	} else if period.Unit == slo.Minute {
		duration.Warn(fmt.Sprintf("a window of %s is minutes long", period), fmt.Sprintf("write %dM if months are meant", period.Count))
	}
	return w
}

// needOneItem returns the item of a list that must have one.
func needOneItem(list yamldoc.Value, hint string) (item yamldoc.Value, ok bool) {
	items := list.List()
	if len(items) == 1 {
		return items[0], true
	}
	if list.IsList() {
		list.Fail(fmt.Sprintf("has %d items", len(items)), hint)
	}
	return item, false
}

// readPeriod returns a duration in OpenSLO's shorthand; ok is false if there is
// none.
func readPeriod(v yamldoc.Value) (p slo.Period, ok bool) {
	if v.IsNumber() {
		v.Fail("has no unit", fmt.Sprintf("write one of m, h, d, w, M, Q, Y after it, such as %sd", v.Written()))
		return p, false
	}
	text := v.Text()
	if !v.IsText() {
		return p, false
	}
	p, err := slo.ParsePeriod(text)
	if err != nil {
		format.Refuse(v.Report(), v.Place(), err)
	}
	return p, err == nil
}

// readCalendar reports whether the window is aligned to the calendar; isRolling,
// where it is omitted, follows from whether there is a calendar.
func readCalendar(o yamldoc.Object) bool {
	calendar, rolling := o.Get("calendar"), o.Get("isRolling")
	isRolling, given := rolling.Bool()
	switch {
	case given && isRolling && calendar.Present():
		rolling.Fail("is true, but there is a calendar", "remove the calendar for a rolling window, or write isRolling: false")
	case given && !isRolling && !calendar.Present():
		calendar.Fail("is missing", "write calendar with startTime and timeZone, or isRolling: true for a rolling window")
	}
	return calendar.Present()
}

// readAnchor returns the start of the calendar; the epoch where it is not valid.
func readAnchor(calendar yamldoc.Value) time.Time {
	o := calendar.Fields("startTime", "timeZone")
	start := o.Need("startTime", "write the start of some window, such as 2024-01-01 00:00:00")
	zone := o.Need("timeZone", "write a name of the IANA time zone database, such as Europe/Paris or UTC")
	epoch := time.Unix(0, 0).UTC()
	location, ok := readLocation(zone)
	if !ok {
		location = time.UTC // what is wrong with the start is reported too
	}
	if !start.Present() {
		return epoch
	}
	// Without quotes YAML takes it for a timestamp, but it has no time zone.
	t, err := time.ParseInLocation(time.DateTime, start.Written(), location)
	if err != nil {
		start.Fail(fmt.Sprintf("%q is not a date and time", start.Written()), "write it as 2024-01-01 00:00:00, without a time zone")
		return epoch
	}
	if t.Year() < epoch.Year() {
		start.Fail(fmt.Sprintf("the year %d is out of range", t.Year()), "start in 1970 or later")
		return epoch
	}
	return t
}

// readLocation returns a time zone of the IANA database.
func readLocation(v yamldoc.Value) (location *time.Location, ok bool) {
	name := v.Text()
	if !v.Present() {
		return nil, false
	}
	location, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		v.Fail(fmt.Sprintf("%q is not a time zone", name), "write a name of the IANA time zone database, such as Europe/Paris or UTC")
		return nil, false
	}
	return location, true
}
