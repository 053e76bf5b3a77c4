package plugin

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget/budgettest"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// A gate of a rolling week is decided every hour that its account covers.
func TestGateHistoriesAreBounded(t *testing.T) {
	const day = 24 * time.Hour
	counts := make([]float64, 10*288)
	s := slo.SLO{Window: slo.Window{Period: slo.Period{Count: 7, Unit: slo.Day}}}
	e := budget.Entry{SLO: s, Account: budgettest.NewCurve(now.Add(-10*day), 5*time.Minute, counts, counts, nil)}
	limits := defaultLimits()
	limits.Steps = 4 * 24 * 10
	for name, test := range map[string]struct {
		entries []budget.Entry
		from    time.Time
		refused bool
	}{
		"one SLO":           {[]budget.Entry{e}, now.Add(-10 * day), false},
		"before its data":   {[]budget.Entry{e}, now.Add(-400 * day), false},
		"two":               {[]budget.Entry{e, e}, now.Add(-10 * day), true},
		"two, half as long": {[]budget.Entry{e, e}, now.Add(-5 * day), false},
		"no account":        {slices.Repeat([]budget.Entry{{SLO: s}}, 1000), now.Add(-10 * day), false},
	} {
		t.Run(name, func(t *testing.T) {
			err := limits.checkGates(test.entries, test.from, now)
			if (err != nil) != test.refused || err != nil && !strings.Contains(err.Error(), "select fewer SLOs, or a shorter range") {
				t.Errorf("got %v", err)
			}
		})
	}
}
