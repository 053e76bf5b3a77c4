package budgettest

import (
	"slices"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Firings returns the alerts of a severity as a rule sees them that is evaluated at
// every step from a time to another: without a value it keeps its state.
func Firings(a budget.Account, t budget.Terms, from, to time.Time, s slo.Severity) []budget.Firing {
	var all []budget.Firing
	var open *budget.Firing
	for at := from; !at.After(to); at = at.Add(a.Step()) {
		e := budget.At(a, t, at, budget.Options{})
		switch v, ok := e.AlertValue(s).Get(); {
		case ok && v > 1 && open == nil:
			open = &budget.Firing{Severity: s, From: at, Since: since(e, s, at)}
		case ok && v <= 1 && open != nil:
			open.To = at
			all, open = append(all, *open), nil
		}
	}
	if open != nil {
		open.To = to
		all = append(all, *open)
	}
	return all
}

// since returns the start of the short lookback of the first condition that holds.
func since(e *budget.Evaluation, s slo.Severity, at time.Time) time.Time {
	alerts := e.Alerts()
	i := slices.IndexFunc(alerts, func(a budget.Alert) bool { return a.Severity == s && a.Firing() })
	return at.Add(-alerts[i].Short)
}
