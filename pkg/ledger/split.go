package ledger

import "math"

// unbounded is the bound of a fill that need not meet anything.
const unbounded = math.MinInt64

// recordedSpan is the time that the records of a step tell of, zero if the step is
// not to be had from records.
type recordedSpan struct{ after, until int64 }

func (t recordedSpan) known() bool { return t != recordedSpan{} }

// stepRange is a run of steps i, i+1, … j-1 that are all taken from records, or
// all from the plan's own series.
type stepRange struct {
	i, j     int
	recorded bool
}

// splitBySource divides the steps of a window so that those taken from records and
// those that are not follow each other without a gap or an overlap, and meet the
// window's events where these do not begin or end anywhere. Two records meet only
// if one begins where the other ends. What is not recorded fits in anywhere, for
// its samples have times; so it takes the place of records that meet nothing, and
// of short stretches of them, which would cost more than they save.
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

// window returns the stretch's part of a window. It meets the records before and
// after it, or else what the window's events meet.
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
