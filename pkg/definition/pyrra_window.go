package definition

import (
	"fmt"
	"time"

	"github.com/prometheus/common/model"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// readPyrraWindow is a rolling window, whose length is a duration of Prometheus.
func readPyrraWindow(spec object) slo.Window {
	v := spec.need("window", "write the length of the window, such as 4w or 28d")
	length, ok := v.duration("4w or 28d")
	if !ok {
		return slo.Window{}
	}
	if length < time.Minute || length%time.Minute != 0 {
		v.fail(quoted(v.scalar())+" is not a whole number of minutes", "write the length of the window, such as 4w or 28d")
		return slo.Window{}
	}
	w := slo.Window{Period: periodOf(v.scalar(), length)}
	if err := w.Validate(); err != nil {
		v.invalid(err)
	} else if w.Period.Unit == slo.Minute {
		v.warn(fmt.Sprintf("a window of %s is minutes long", w.Period), "write a length in d or w, such as 28d")
	}
	return w
}

// periodOf is a length in the unit that its author wrote, or else in the
// longest of days, hours and minutes of which it is a whole number.
func periodOf(text string, length time.Duration) slo.Period {
	if p, err := slo.ParsePeriod(text); err == nil {
		return p
	}
	const day = 24 * time.Hour
	switch {
	case length%day == 0:
		return slo.Period{Count: int(length / day), Unit: slo.Day}
	case length%time.Hour == 0:
		return slo.Period{Count: int(length / time.Hour), Unit: slo.Hour}
	default:
		return slo.Period{Count: int(length / time.Minute), Unit: slo.Minute}
	}
}

// duration is a length of time as Prometheus or Go writes it; ok is false if
// there is none.
func (v value) duration(such string) (d time.Duration, ok bool) {
	if !v.present() {
		return 0, false
	}
	text := v.scalar()
	if typeName(v.node) == "a number" {
		v.fail("has no unit", "write one, such as "+such)
		return 0, false
	}
	if d, err := model.ParseDuration(text); err == nil {
		return time.Duration(d), true
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		if v.isText() {
			v.fail(quoted(text)+" is not a duration", "write a number and a unit, such as "+such)
		}
		return 0, false
	}
	return d, true
}
