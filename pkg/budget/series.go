package budget

import "time"

// Grid returns the times between from and to that are multiples of step since
// the epoch, so that charts do not wobble as they are refreshed.
func Grid(from, to time.Time, step time.Duration) []time.Time {
	if step <= 0 || !inRange(from) || !inRange(to) || to.Before(from) {
		return nil
	}
	t := floor(from, step)
	if t.Before(from) {
		t = t.Add(step)
	}
	var grid []time.Time
	for ; !t.After(to); t = t.Add(step) {
		grid = append(grid, t)
	}
	return grid
}

// SLISeries returns the SLI over a lookback at times that are a step apart, missing
// where there were no events. Each is the lowest SLI of the lookbacks that end in the
// step before that time.
func SLISeries(a Account, at []time.Time, lookback, step time.Duration) []Value {
	return lookbackSeries(a, at, lookback, step, Reading.sli)
}

// StepSLISeries returns the SLI of the step before each time, missing where there were
// no events.
func StepSLISeries(a Account, at []time.Time, step time.Duration) []Value {
	return series(at, func(t time.Time) Value { return read(a, t.Add(-step), t).sli() })
}

// BurnRateSeries returns the burn rate over a lookback at times that are a step apart,
// missing where there were no events. Each is the highest burn rate of the lookbacks
// that end in the step before that time.
func BurnRateSeries(a Account, target float64, at []time.Time, lookback, step time.Duration) []Value {
	return lookbackSeries(a, at, lookback, step, func(r Reading) Value { return r.burn(target) })
}

// EventRate counts events per second.
type EventRate struct {
	// Bad and Total are missing where there was no data.
	Bad, Total Value
}

// Good returns the rate of the events that were not bad.
func (r EventRate) Good() Value {
	if !r.Bad.ok || !r.Total.ok {
		return Value{}
	}
	return Some(max(r.Total.v-r.Bad.v, 0))
}

// EventRateSeries returns the events per second over the lookback that ends at
// each time. Where data is missing in part, the rate is that of the time that
// had data.
func EventRateSeries(a Account, at []time.Time, lookback time.Duration) []EventRate {
	rates := make([]EventRate, len(at))
	for i, t := range at {
		r := read(a, t.Add(-lookback), t)
		known := r.Coverage * lookback.Seconds()
		rates[i] = EventRate{Bad: quotient(r.Bad, known), Total: quotient(r.Total, known)}
	}
	return rates
}

// RemainingSeries returns the share of the budget that remained at each time: of
// the rolling window that ended there, or of the calendar window in force. It is
// missing past now and where the account had nothing.
//
// The budget of a calendar window is what is known of the whole window now, so
// that it burns down in one line that ends at the status's own number.
func (e *Evaluation) RemainingSeries(at []time.Time) []Value {
	return series(at, func(t time.Time) Value {
		if t.After(e.now) || !inRange(t) {
			return Value{}
		}
		return e.forecast().remaining(t)
	})
}

func series(at []time.Time, value func(time.Time) Value) []Value {
	values := make([]Value, len(at))
	for i, t := range at {
		values[i] = value(t)
	}
	return values
}
