package demo

import (
	"context"
	"math"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/cmd/promise/board"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// statusRow holds a row of the status table.
type statusRow struct {
	board.Row
	// The start of the window in force; nil if there is no account.
	start *time.Time
}

// status asks how the SLOs stand at a time.
func (d *demo) status(ctx context.Context, at time.Time) ([]statusRow, []string, error) {
	f, err := d.ask(ctx, question{kind: "status", from: at.Add(-time.Hour), to: at})
	if err != nil {
		return nil, nil, err
	}
	rows, err := read(f, readStatusRow)
	return rows, (&table{Frame: f}).notices(), err
}

// readStatusRow reads a row. Its title tells it from all others.
func readStatusRow(t *table, row int) statusRow {
	s := statusRow{start: value[time.Time](t, "windowStart", row)}
	s.Row = board.Row{
		State: budget.State(t.text("state", row)), SLO: t.text("title", row), Service: t.text("service", row),
		Target: math.NaN(), SLI: value[float64](t, "sli", row), Yesterday: value[float64](t, "yesterdaySLI", row),
		Remaining: value[float64](t, "budgetRemaining", row), ExhaustsAt: value[time.Time](t, "exhaustsAt", row),
		MissChance: value[float64](t, "missChance", row),
		Burn1h:     value[float64](t, "burnRate1h", row), Burn6h: value[float64](t, "burnRate6h", row),
		Burn1d: value[float64](t, "burnRate1d", row), Error: t.text("error", row),
	}
	s.Firing = slo.Severity(t.text("firing", row))
	s.LeftEvents, s.LeftMinutes = value[float64](t, "budgetRemainingEvents", row), value[float64](t, "budgetRemainingMinutes", row)
	if target := value[float64](t, "target", row); target != nil {
		s.Target = *target
	}
	if estimated := value[bool](t, "budgetEstimated", row); estimated != nil && *estimated {
		s.Notices = append(s.Notices, "The budget is an estimate until the window closes.")
	}
	if signed := value[bool](t, "signed", row); signed != nil && !*signed {
		s.Notices = append(s.Notices, "Unsigned: not everybody who has to agree is on record.")
	}
	return s
}
