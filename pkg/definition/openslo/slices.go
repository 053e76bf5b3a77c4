package openslo

import (
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// method describes what an SLO's objectives have in common about time slices.
type method struct {
	method slo.Method
	// known is false if the document does not name a method that exists.
	known bool
	empty slo.EmptySlice
}

func readMethod(spec yamldoc.Object, settings format.Settings) method {
	v := spec.Need("budgetingMethod", "write Occurrences, Timeslices or RatioTimeslices")
	i := v.Choice(slo.Occurrences.String(), slo.Timeslices.String(), slo.RatioTimeslices.String())
	m := method{method: slo.Method(max(i, 0)), known: i >= 0}
	m.empty = settings.EmptySlice(!m.known || m.method != slo.Occurrences)
	return m
}

// readSlices returns what makes a time slice good; nil for Occurrences.
func (m method) readSlices(o yamldoc.Object) *slo.Slices {
	target, window := o.Get("timeSliceTarget"), o.Get("timeSliceWindow")
	if !m.known {
		return nil
	}
	if m.method != slo.Timeslices && target.Present() {
		target.WarnLeftOut("has no effect with the budgeting method "+m.method.String(), "remove it, or write budgetingMethod: Timeslices")
	}
	if m.method == slo.Occurrences {
		if window.Present() {
			window.WarnLeftOut("has no effect with the budgeting method Occurrences", "remove it, or write budgetingMethod: Timeslices")
		}
		return nil
	}
	s := &slo.Slices{Op: slo.GTE, Empty: m.empty}
	s.Length = readSliceLength(o.Need("timeSliceWindow", "write the length of a slice, such as 1m or 5m"))
	if m.method == slo.Timeslices {
		s.Target = readSliceTarget(o.Need("timeSliceTarget", "write the least share of good events that makes a slice good, such as 0.99"))
	}
	return s
}

func readSliceTarget(v yamldoc.Value) float64 {
	target, ok := v.Number()
	if ok && (target <= 0 || target > 1) {
		v.FailRange("write a share of more than 0 and at most 1, such as 0.99")
	}
	return target
}

// readSliceLength returns a duration, which may be written as a number of
// minutes.
func readSliceLength(v yamldoc.Value) time.Duration {
	length, ok := parseSliceLength(v)
	if !ok {
		return 0
	}
	if (slo.Slices{Length: length}).Validate(slo.RatioTimeslices) != nil {
		v.Fail(v.Written()+" does not divide a day into whole slices", "write at least 1m, and a length that fits a day a whole number of times, such as 1m, 5m or 1h")
	}
	return length
}

func parseSliceLength(v yamldoc.Value) (length time.Duration, ok bool) {
	if !v.Present() {
		return 0, false
	}
	if v.IsNumber() {
		minutes, ok := v.Number()
		return time.Duration(max(0, min(minutes, maxSliceMinutes)) * float64(time.Minute)), ok
	}
	p, ok := readPeriod(v)
	switch p.Unit {
	case slo.Minute, slo.Hour, slo.Day:
		start := time.Unix(0, 0).UTC()
		return p.Add(start, 1).Sub(start), ok
	default:
		return 0, ok
	}
}

// maxSliceMinutes keeps numbers of minutes within a time.Duration; more than a
// day is refused anyway.
const maxSliceMinutes = 2 * 24 * 60
