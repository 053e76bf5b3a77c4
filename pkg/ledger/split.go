package ledger

import "math"

// unbounded as a bound means that events need not begin or end at a certain time.
const unbounded = math.MinInt64

// recordedSpan is the time that the records of a step cover, zero if they do not
// cover it all.
type recordedSpan struct{ after, until int64 }

func (t recordedSpan) known() bool { return t != recordedSpan{} }

// stepRange is a sequence of steps i, i+1, … j-1 that all come from records, or all
// from the plan's own series.
type stepRange struct {
	i, j     int
	recorded bool
}

// splitBySource divides the steps of a window by source, so that the parts follow
// each other without a gap or an overlap, and keep to the bounds of the window's
// events. Two records meet only if one begins where the other ends. The plan's own
// samples have times, so they fit in anywhere: they take the place of records that
// meet nothing, and of short sequences of records, which would cost more than they
// save.
func splitBySource(steps []recordedSpan, w window, shortest int) []stepRange {
	recorded := make([]bool, len(steps))
	for i, s := range steps {
		switch {
		case !s.known():
		case i == 0:
			recorded[i] = w.after == unbounded || s.after == w.after
		default:
			recorded[i] = !recorded[i-1] || steps[i-1].until == s.after
		}
	}
	if n := len(steps) - 1; n >= 0 && w.until != unbounded && steps[n].until != w.until {
		recorded[n] = false
	}
	all := rangesOf(recorded)
	for n, s := range all {
		if s.recorded && n > 0 && n < len(all)-1 && s.j-s.i < shortest {
			for i := s.i; i < s.j; i++ {
				recorded[i] = false
			}
		}
	}
	return rangesOf(recorded)
}

func rangesOf(recorded []bool) (all []stepRange) {
	for i, r := range recorded {
		if n := len(all) - 1; n >= 0 && all[n].recorded == r {
			all[n].j++
			continue
		}
		all = append(all, stepRange{i, i + 1, r})
	}
	return all
}

// window returns the range's part of a window. It meets the records before and
// after it, or else the bounds of the window's events.
func (s stepRange) window(steps []recordedSpan, of window, step int64) window {
	w := wholeSteps(of.first+int64(s.i)*step, of.first+int64(s.j)*step)
	switch {
	case s.recorded:
		w.after, w.until = steps[s.i].after, steps[s.j-1].until
		return w
	case s.i > 0:
		w.after = steps[s.i-1].until
	case of.after != unbounded:
		w.after = of.after
	}
	switch {
	case s.j < len(steps):
		w.until = steps[s.j].after
	case of.until != unbounded:
		w.until = of.until
	}
	return w
}
