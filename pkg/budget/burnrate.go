package budget

import "time"

// BurnRate describes how fast the budget was consumed over a lookback: 1
// consumes it exactly by the window's end.
type BurnRate struct {
	Lookback time.Duration
	// Missing without events.
	Rate Value
	// Share of the lookback for which there was data, 0 to 1.
	Coverage float64
}

// DefaultLookbacks returns the lookbacks of the default alert conditions.
func DefaultLookbacks() []time.Duration {
	const day = 24 * time.Hour
	return []time.Duration{
		5 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 6 * time.Hour, day, 3 * day,
	}
}

// BurnRates returns the burn rates over the lookbacks of the options that end at
// now, or at the account's last knot if that is at most two steps old.
func (e *Evaluation) BurnRates() []BurnRate {
	rates := make([]BurnRate, len(e.options.Lookbacks))
	for i, l := range e.options.Lookbacks {
		r := read(e.account, e.fresh.Add(-l), e.fresh)
		rates[i] = BurnRate{Lookback: l, Rate: r.burn(e.terms.Target), Coverage: r.Coverage}
	}
	return rates
}
