package budget_test

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

func TestTrafficAtClockChanges(t *testing.T) {
	paris := zone(t, "Europe/Paris")
	at := func(m time.Month, d, h int) time.Time { return time.Date(2026, m, d, h, 0, 0, 0, paris) }
	pattern := budget.NewTraffic(func(hour int) float64 { return float64(hour % 24) }, paris, at(3, 1, 0))
	const common = 23 * 24 / 2
	for name, tt := range map[string]struct {
		from, to time.Time
		want     float64
	}{
		"common day":            {at(6, 10, 0), at(6, 11, 0), common},
		"one hour":              {at(6, 10, 8), at(6, 10, 9), 8},
		"across the hour":       {at(6, 10, 8).Add(30 * time.Minute), at(6, 10, 9).Add(20 * time.Minute), 4 + 3},
		"spring loses two":      {at(3, 29, 0), at(3, 30, 0), common - 2},
		"autumn repeats two":    {at(10, 25, 0), at(10, 26, 0), common + 2},
		"weeks over the spring": {at(3, 16, 0), at(4, 13, 0), 28*common - 2},
		"a year":                {at(1, 1, 0), at(1, 1, 0).AddDate(1, 0, 0), 365 * common},
		"the wrong way":         {at(6, 11, 0), at(6, 10, 0), 0},
	} {
		t.Run(name, func(t *testing.T) { near(t, "traffic", budget.Some(pattern.Between(tt.from, tt.to)), tt.want) })
	}
}

func TestTrafficAdds(t *testing.T) {
	sydney := zone(t, "Australia/Lord_Howe") // clocks move by half an hour
	rapid.Check(t, func(t *rapid.T) {
		pattern := budget.WeeklyTraffic(drawAccount(t, 9*day), sydney, t0.Add(9*day), 7)
		at := rapid.Int64Range(0, int64(400*day))
		a := t0.Add(time.Duration(at.Draw(t, "a")))
		b := a.Add(time.Duration(at.Draw(t, "b")))
		c := b.Add(time.Duration(at.Draw(t, "c")))
		x, y, sum := pattern.Between(a, b), pattern.Between(b, c), pattern.Between(a, c)
		if math.Abs(x+y-sum) > 1e-6*max(1, sum) {
			t.Fatalf("%v + %v != %v", x, y, sum)
		}
	})
}
