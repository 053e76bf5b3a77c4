package budget

import "time"

// BurnRate is the speed at which the budget was consumed over a lookback: 1
// consumes it exactly by the window's end.
type BurnRate struct {
	Lookback time.Duration `json:"lookback"`
	// Rate is missing if there were no events.
	Rate Value `json:"rate"`
	// Coverage is the share of the lookback for which there was data.
	Coverage float64 `json:"coverage"`
}

// DefaultLookbacks are those that the default alert conditions look at.
func DefaultLookbacks() []time.Duration {
	const day = 24 * time.Hour
	return []time.Duration{
		5 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 6 * time.Hour, day, 3 * day,
	}
}

// BurnRates are those of the lookbacks that end at now, or at the account's
// last knot if that is at most two steps old.
func BurnRates(a Account, target float64, now time.Time, lookbacks []time.Duration) []BurnRate {
	fresh := freshest(a, now)
	rates := make([]BurnRate, len(lookbacks))
	for i, l := range lookbacks {
		r := read(a, fresh.Add(-l), fresh)
		rates[i] = BurnRate{Lookback: l, Rate: r.burn(target), Coverage: r.Coverage}
	}
	return rates
}
