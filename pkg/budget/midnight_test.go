package budget_test

import (
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// TestDaysWithoutMidnight checks that each day begins where the one before it ends, and
// that none is empty, where the clocks skip the hour after midnight, or a whole day.
func TestDaysWithoutMidnight(t *testing.T) {
	tests := []struct {
		zone string
		// Start of the day that has no midnight.
		at time.Time
	}{
		{"America/Santiago", time.Date(2026, 9, 6, 4, 0, 0, 0, time.UTC)},
		{"America/Havana", time.Date(2026, 3, 8, 5, 0, 0, 0, time.UTC)},
		{"Africa/Cairo", time.Date(2026, 4, 23, 22, 0, 0, 0, time.UTC)},
		{"Pacific/Apia", time.Date(2011, 12, 30, 10, 0, 0, 0, time.UTC)},
	}
	for _, tt := range tests {
		t.Run(tt.zone, func(t *testing.T) {
			start, end := tt.at.Add(-48*time.Hour), tt.at.Add(71*time.Hour)
			terms := budget.Terms{Target: 0.99, Window: rolling(1, slo.Day)}
			e := budget.At(account(start, end.Sub(start)).curve(), terms, end, budget.Options{Location: zone(t, tt.zone)})
			var daily, days, windows []time.Time
			for d := range e.Daily(start) {
				if daily = append(daily, d.Start, d.End); len(daily) > 20 {
					break
				}
			}
			for _, d := range e.Days(start, end, 0.99) {
				days = append(days, d.Start, d.End)
			}
			joins(t, "Daily", daily, tt.at)
			joins(t, "Days", days, tt.at)
			for _, w := range e.Replay(start).Windows() {
				windows = append(windows, w.Start, w.End)
			}
			joins(t, "Windows", windows, tt.at)
		})
	}
}

// joins checks starts and ends of days: they lie end to end, and one begins at a time.
func joins(t *testing.T, what string, all []time.Time, at time.Time) {
	t.Helper()
	begins := false
	for i := 0; i < len(all); i += 2 {
		begins = begins || all[i].Equal(at)
		if !all[i].Before(all[i+1]) || i > 0 && !all[i].Equal(all[i-1]) {
			t.Fatalf("%s: the %d. day is from %s to %s", what, i/2+1, all[i], all[i+1])
		}
	}
	if !begins {
		t.Fatalf("%s: no day begins at %s: %s", what, at, all)
	}
}
