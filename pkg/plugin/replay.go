package plugin

import (
	"fmt"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
	"github.com/promise-slo/promise-slo-datasource/pkg/targets"
)

// stepsOfSLOs returns how many steps the accounts of SLOs have in a history, with
// one group each.
func stepsOfSLOs(slos []slo.SLO, o targets.Options) (steps int) {
	for _, s := range slos {
		for _, objective := range s.Objectives {
			step := ledger.DefaultStep
			if objective.Slices != nil && objective.Slices.Length > 0 {
				step = objective.Slices.Length
			}
			steps += int(o.HistoryOf(s.Window) / step)
		}
	}
	return steps
}

// stepsOfEntries returns how many steps accounts have in a history.
func stepsOfEntries(entries []budget.Entry, o targets.Options) (steps int) {
	for _, e := range entries {
		if e.Account == nil {
			continue
		}
		first, last := e.Account.Span()
		steps += int(min(o.HistoryOf(e.SLO.Window), last.Sub(first)) / max(e.Account.Step(), time.Second))
	}
	return steps
}

// checkReplay returns an error for a history that is too long for all SLOs of a query.
func (l Limits) checkReplay(steps int) error {
	if steps > l.Steps {
		return limitError("steps", fmt.Sprintf("the history of the selected SLOs has %d steps, more than the %d of a query", steps, l.Steps),
			"select fewer SLOs, or write a shorter since")
	}
	return nil
}

// checkGates returns an error for a history of gates that is too long for all SLOs of a
// query. A gate is decided every hour, and that costs as much as some steps of targets.
func (l Limits) checkGates(entries []budget.Entry, from, to time.Time) error {
	const stepsPerMoment = 4
	moments := 0
	for _, e := range entries {
		moments += e.GateMoments(from, to)
	}
	if most := l.Steps / stepsPerMoment; moments > most {
		return limitError("steps", fmt.Sprintf("the gates of the selected SLOs are decided %d times in the range, more than the %d of a query", moments, most),
			"select fewer SLOs, or a shorter range")
	}
	return nil
}
