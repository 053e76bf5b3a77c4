package format

import (
	"fmt"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// RollingWindow returns a rolling window of a length; the zero value if there is
// none that is valid.
func RollingWindow(v yamldoc.Value) slo.Window {
	length, ok := Duration(v, "4w or 28d")
	if !ok {
		return slo.Window{}
	}
	if length < time.Minute || length%time.Minute != 0 {
		v.Fail(fmt.Sprintf("%q is not a whole number of minutes", v.Scalar()), "write the length of the window, such as 4w or 28d")
		return slo.Window{}
	}
	w := slo.Window{Period: newPeriod(v.Scalar(), length)}
	if err := w.Validate(); err != nil {
		Refuse(v.Report(), v.Place(), err)
	} else if w.Period.Unit == slo.Minute {
		v.Warn(fmt.Sprintf("a window of %s is minutes long", w.Period), "write a length in d or w, such as 28d")
	}
	return w
}

// newPeriod returns a length in the unit that its author wrote, or else in the
// longest of days, hours and minutes of which it is a whole number.
func newPeriod(text string, length time.Duration) slo.Period {
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

// ParsePeriod returns a rolling period as Prometheus, Go or OpenSLO writes it, such
// as 28d; the zero value of an empty text.
func ParsePeriod(text string) (slo.Period, error) {
	if text == "" {
		return slo.Period{}, nil
	}
	length, err := parseDuration(text)
	if err != nil || length < time.Hour || length%time.Hour != 0 {
		return slo.Period{}, fmt.Errorf("%q is not a period; write a number of hours, days or weeks, such as 28d", text)
	}
	p := newPeriod(text, length)
	return p, slo.Window{Period: p}.Validate()
}
