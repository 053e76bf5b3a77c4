package budget

import "time"

// Grid is the times from from to to that are multiples of step since the
// epoch, so that charts do not wobble as they are refreshed.
func Grid(from, to time.Time, step time.Duration) []time.Time {
	if step <= 0 || !ordinary(from) || !ordinary(to) || to.Before(from) {
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

// SLISeries is the SLI over the lookback that ends at each time, missing where
// there were no events.
func SLISeries(a Account, at []time.Time, lookback time.Duration) []Value {
	return series(at, func(t time.Time) Value { return read(a, t.Add(-lookback), t).sli() })
}

// BurnRateSeries is the burn rate over the lookback that ends at each time,
// missing where there were no events.
func BurnRateSeries(a Account, target float64, at []time.Time, lookback time.Duration) []Value {
	return series(at, func(t time.Time) Value { return read(a, t.Add(-lookback), t).burn(target) })
}

// RemainingSeries is the share of the budget that remained at each time: of
// the rolling window that ended there, or of the calendar window in force. It
// is missing past now and where the account had nothing.
//
// The budget of a calendar window is what is known of the whole window now, so
// that it burns down in one line that ends at the status's own number.
func RemainingSeries(a Account, t Terms, now time.Time, at []time.Time, o Options) []Value {
	if !t.judges(now) {
		return make([]Value, len(at))
	}
	u := newOutlook(a, t, now, o)
	return series(at, func(t time.Time) Value {
		if t.After(now) || !ordinary(t) {
			return Value{}
		}
		return u.remaining(t)
	})
}

func series(at []time.Time, value func(time.Time) Value) []Value {
	values := make([]Value, len(at))
	for i, t := range at {
		values[i] = value(t)
	}
	return values
}
