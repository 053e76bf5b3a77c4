package human_test

import (
	"math"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/human"
)

var now = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func TestNothingLooksBetterThanItIs(t *testing.T) {
	tests := []struct{ got, want string }{
		{human.SLI(0.99899999, 0.999), "99.899 %"},
		{human.SLI(0.999, 0.999), "99.900 %"},
		{human.SLI(0.9999999, 0.999), "99.999 %"},
		{human.SLI(1, 0.999), "100 %"},
		{human.SLI(0, 0.5), "0.00 %"},
		{human.RemainingBudget(-0.0001), "-0.1 %"},
		{human.RemainingBudget(0.9999), "99.9 %"},
		{human.RemainingBudget(-12.5), "-1250 %"},
		{human.ConsumedBudget(0.02976), "3.0 %"},
		{human.ConsumedBudget(0.354), "35.4 %"},
		{human.ConsumedBudget(0), "0.0 %"},
		{human.Target(0.99999), "99.999 %"},
		{human.Target(0.9), "90 %"},
		{human.Target(math.NaN()), "–"},
		{human.BurnRate(0.0001), "<0.01"},
		{human.BurnRate(0), "0"},
		{human.BurnRate(14.44), "14.4"},
		{human.BurnRate(math.NaN()), "–"},
		{human.Percent(math.Inf(1), 1), "–"},
		{human.Events(-0.01), "0"},
		{human.OutageLeft(43.19), "43 min"},
		{human.OutageLeft(-0.04), "-1 min"},
		{human.OutageLeft(-61), "-1 h 1 min"},
		{human.OutageLeft(math.NaN()), "–"},
		{human.Events(12345.678), "12345.7"},
	}
	for _, test := range tests {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
}

func TestRelative(t *testing.T) {
	for want, at := range map[string]time.Time{
		"3 h ago":       now.Add(-3 * time.Hour),
		"in 3 d 4 h":    now.Add(76 * time.Hour),
		"now":           now.Add(30 * time.Second),
		"in 1 h 30 min": now.Add(90 * time.Minute),
		"in 365 d":      now.AddDate(1, 0, 0),
	} {
		if got := human.Relative(at, now); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestDecimals(t *testing.T) {
	for target, want := range map[float64]int{0.9: 0, 0.999: 1, 0.9995: 2, 0.99999: 3} {
		if got := human.Decimals(target); got != want {
			t.Errorf("%v: got %d, want %d", target, got, want)
		}
	}
}

func TestRoundSeconds(t *testing.T) {
	for seconds, want := range map[float64]float64{
		59.9: 59, 700: 660, 3*86400 + 3700: 3*86400 + 3600, -61.5: -62, math.Inf(1): math.Inf(1),
	} {
		if got := human.RoundSeconds(seconds); got != want {
			t.Errorf("%v: got %v, want %v", seconds, got, want)
		}
	}
}

func TestWords(t *testing.T) {
	tests := []struct{ got, want string }{
		{human.Count(1, "error"), "1 error"},
		{human.Count(0, "error"), "0 errors"},
		{human.List([]string{"a", "b"}, 5), "a, b"},
		{human.List([]string{"a", "b", "c", "d", "e", "f", "g"}, 5), "a, b, c, d, e and 2 others"},
		{human.Sentence("écoute"), "Écoute"},
		{human.Sentence(""), ""},
		{human.Time(now), "2026-03-02 12:00 UTC"},
	}
	for _, test := range tests {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
}

func TestChance(t *testing.T) {
	for chance, want := range map[float64]string{0: "0 %", 0.002: "<1 %", 0.014: "1 %", 0.5: "50 %", 0.998: ">99 %", 1: "100 %", math.NaN(): human.Missing} {
		if got := human.Chance(chance); got != want {
			t.Errorf("Chance(%v) = %q, want %q", chance, got, want)
		}
	}
}
