package story

import "math"

// rhythm describes how traffic follows the day and the week, in UTC.
type rhythm struct {
	// The busiest hour, how far the rate moves around its mean, 0 to 1, and how
	// much the curve bends to make nights quieter.
	peak, swing, sharp float64
	// The factor for Saturdays and Sundays.
	weekend float64
}

var (
	shopping = rhythm{peak: 18, swing: 0.6, sharp: 1, weekend: 1.25}
	office   = rhythm{peak: 13, swing: 0.75, sharp: 1, weekend: 0.4}
	daytime  = rhythm{peak: 14, swing: 1, sharp: 2, weekend: 0.6}
)

// factor returns the rate at a time in milliseconds relative to its mean, about.
func (r rhythm) factor(millis int64) float64 {
	const hour = 3_600_000
	hours := float64(millis%(24*hour)) / hour
	f := math.Pow(1+r.swing*math.Cos(2*math.Pi*(hours-r.peak)/24), r.sharp)
	switch (millis/(24*hour) + 4) % 7 { // the epoch began on a Thursday
	case 0, 6:
		return f * r.weekend
	default:
		return f
	}
}
