package upstream

import (
	"testing"
	"time"
)

func TestLookback(t *testing.T) {
	for expr, want := range map[string]time.Duration{
		`1`:                0,
		`up`:               5 * time.Minute,
		`rate(x[1h])`:      time.Hour,
		`rate(x[1m]) / up`: 5 * time.Minute,
		`x[7d] offset 30d`: 7 * 24 * time.Hour,
		`x @ 1700000000`:   5 * time.Minute,
		`sum(rate(a[2h])) or sum by (b) (increase(c[3h]))`:            3 * time.Hour,
		`max_over_time(rate(x[10m])[1h:1m])`:                          70 * time.Minute,
		`max_over_time(sum_over_time(x[1h:1m])[1d:1h])`:               25*time.Hour + 5*time.Minute,
		`rate(x[1h]) and max_over_time((y > 0)[30m:1m] offset 1d)`:    time.Hour,
		`WITH (commonFilters = {job="a"}) rate(x{commonFilters}[1h])`: 0,
		`sum(`: 0,
	} {
		if got := lookbackOf(expr); got != want {
			t.Errorf("%s reaches %s back, want %s", expr, got, want)
		}
	}
}
