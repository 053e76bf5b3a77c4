package definition

import (
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// judgement is what an SLO's objectives have in common about time slices.
type judgement struct {
	method slo.Method
	// known is false if the document does not name a method that exists.
	known bool
	empty slo.EmptySlice
}

func readMethod(spec object) judgement {
	v := spec.need("budgetingMethod", "write Occurrences, Timeslices or RatioTimeslices")
	i := v.choice(slo.Occurrences.String(), slo.Timeslices.String(), slo.RatioTimeslices.String())
	return judgement{method: slo.Method(max(i, 0)), known: i >= 0}
}

// readSlices is how time slices are judged; nil for Occurrences.
func (j judgement) readSlices(o object) *slo.Slices {
	target, window := o.get("timeSliceTarget"), o.get("timeSliceWindow")
	if !j.known {
		return nil
	}
	if j.method != slo.Timeslices && target.present() {
		target.warn("has no effect with the budgeting method "+j.method.String(), "remove it, or write budgetingMethod: Timeslices")
	}
	if j.method == slo.Occurrences {
		if window.present() {
			window.warn("has no effect with the budgeting method Occurrences", "remove it, or write budgetingMethod: Timeslices")
		}
		return nil
	}
	s := &slo.Slices{Op: slo.GTE, Empty: j.empty}
	s.Length = readSliceLength(o.need("timeSliceWindow", "write the length of a slice, such as 1m or 5m"))
	if j.method == slo.Timeslices {
		s.Target = readSliceTarget(o.need("timeSliceTarget", "write the least share of good events that makes a slice good, such as 0.99"))
	}
	return s
}

func readSliceTarget(v value) float64 {
	target, ok := v.number()
	if ok && (target <= 0 || target > 1) {
		v.fail(v.node.Value+" is out of range", "write a share of more than 0 and at most 1, such as 0.99")
	}
	return target
}

// readSliceLength is a duration, or a number of minutes.
func readSliceLength(v value) time.Duration {
	length, ok := v.sliceLength()
	if !ok {
		return 0
	}
	if (slo.Slices{Length: length}).Validate(slo.RatioTimeslices) != nil {
		v.fail(v.node.Value+" does not divide a day into whole slices", "write at least 1m, and a length that fits a day a whole number of times, such as 1m, 5m or 1h")
	}
	return length
}

func (v value) sliceLength() (length time.Duration, ok bool) {
	if !v.present() {
		return 0, false
	}
	if typeName(v.node) == "a number" {
		minutes, ok := v.number()
		return time.Duration(max(0, min(minutes, maxSliceMinutes)) * float64(time.Minute)), ok
	}
	p, ok := v.period()
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
