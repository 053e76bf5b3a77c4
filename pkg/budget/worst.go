package budget

import "time"

const (
	// maxLookbacks bounds how many lookbacks are read for one series. Beyond it they
	// overlap less, but no event is left out.
	maxLookbacks = 20_000
	// finest is the share of a lookback by which it is moved to find the worst.
	finest = 60
)

// worstOfSteps finds the worst lookbacks of the steps of a chart.
type worstOfSteps struct {
	account Account
	// Length of a lookback, and the time from the end of one to that of the next.
	lookback, stride time.Duration
}

// newWorstOfSteps returns what finds the worst lookbacks in a chart of that length.
// They end at the account's knots, or at fewer of them where the lookback or the chart
// is long, but no further apart than they are long.
func newWorstOfSteps(a Account, lookback, chart time.Duration) worstOfSteps {
	step := stepOf(a)
	apart := max(lookback/finest/step*step, ceil(chart/maxLookbacks, step))
	return worstOfSteps{a, lookback, min(apart, max(step, lookback/step*step))}
}

// ceil returns the least positive multiple of step that is not less than d.
func ceil(d, step time.Duration) time.Duration {
	if d <= step {
		return step
	}
	return (d + step - 1) / step * step
}

// in returns the reading with the highest error ratio among the lookbacks that end in
// (from, to]; that which ends at to if none had events.
func (w worstOfSteps) in(from, to time.Time) Reading {
	if all := read(w.account, from.Add(-w.lookback), to); all.Bad <= 0 && all.impossible == consistent {
		return all
	}
	worst := w.endingAt(to)
	for end := floor(to, w.stride); end.After(from); end = end.Add(-w.stride) {
		if r := w.endingAt(end); r.isWorseThan(worst) {
			worst = r
		}
	}
	return worst
}

func (w worstOfSteps) endingAt(t time.Time) Reading { return read(w.account, t.Add(-w.lookback), t) }

// isWorseThan reports whether a reading has a higher error ratio than another, or the
// other has none.
func (r Reading) isWorseThan(other Reading) bool {
	ratio, ok := r.BurnRate(0)
	if !ok {
		return false
	}
	than, known := other.BurnRate(0)
	return !known || ratio > than
}

// lookbackSeries returns a value of the worst lookback that ends within the step before
// each of the times, which are a step apart, so that no chart leaves out what a wider one
// shows.
func lookbackSeries(a Account, at []time.Time, lookback, step time.Duration, value func(Reading) Value) []Value {
	if len(at) == 0 {
		return nil
	}
	worst := newWorstOfSteps(a, lookback, at[len(at)-1].Sub(at[0])+step)
	if step <= worst.stride {
		return series(at, func(t time.Time) Value { return value(worst.endingAt(t)) })
	}
	var last time.Time
	return series(at, func(t time.Time) Value {
		from := later(last, t.Add(-step))
		last = t
		return value(worst.in(from, t))
	})
}
