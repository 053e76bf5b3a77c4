package forecast

import (
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// Straight returns the chance of a miss by straight extrapolation: 0 or 1.
func Straight(a budget.Account, t budget.Terms, now time.Time) float64 {
	h := newHistory(a, now, cellOf(a, t, now), 26*week)
	o := newOutlook(a, t, now, h)
	return certainty(o.exhaustion(newModel(a, t, h).straight(o)))
}

// Earlier returns the forecast that a calibration makes for so many cells before the
// end of an account.
func Earlier(a budget.Account, t budget.Terms, now time.Time, cells int, o Options) *Forecast {
	h := newHistory(a, now, cellOf(a, t, now), 52*week).before(cells)
	return newModel(a, t, h).forecast(newOutlook(a, t, h.end, h), o.Paths)
}
