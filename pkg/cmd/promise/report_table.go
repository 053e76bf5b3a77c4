package main

import (
	"math"
	"slices"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/cmd/promise/board"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
)

func writeTable(sys system, results []result, at time.Time) error {
	if len(results) == 0 {
		return nil
	}
	rows := make([]board.Row, len(results))
	for i, r := range results {
		rows[i] = r.boardRow()
	}
	options := board.Options{Now: at, Width: terminalWidth(sys.stdout), Color: sys.useColor()}
	return board.Write(sys.stdout, rows, options)
}

func (r result) boardRow() board.Row {
	o := board.Row{
		State: budget.StateNoData, SLO: r.SLO.ID(), Service: r.SLO.Service,
		Labels: r.labels.Map(), Target: math.NaN(), Notices: slices.Concat(r.notices, r.promiseNotices()),
	}
	if r.objective != nil {
		o.Target = r.objective.Target
		if len(r.SLO.Objectives) > 1 {
			o.Objective = r.objective.Name
		}
	}
	if r.streak != nil {
		o.Notices = append(o.Notices, human.Sentence(r.streak.String())+".")
	}
	if r.err != nil {
		o.Error = r.err.Error()
		return o
	}
	o.SLI, o.Yesterday = r.status.SLI.Ptr(), r.status.YesterdaySLI.Ptr()
	o.State, o.Remaining, o.ExhaustsAt = r.status.State, r.status.Budget.Remaining.Ptr(), r.status.ExhaustsAt
	o.Burn1h, o.Burn6h, o.Burn1d = r.burn(time.Hour), r.burn(6*time.Hour), r.burn(24*time.Hour)
	o.Firing, o.LeftEvents, o.LeftMinutes = r.status.Firing, r.status.Left.Events.Ptr(), r.status.Left.Minutes.Ptr()
	if r.forecast != nil {
		o.MissChance, o.HistoryDays = r.forecast.MissChance.Ptr(), &r.forecast.HistoryDays
	}
	if len(r.status.Incidents) > 0 {
		worst := r.status.Incidents[0]
		o.Worst = &board.Incident{Start: worst.Start, End: worst.End, Open: worst.Open, Share: worst.Share.Ptr()}
	}
	return o
}

func (r result) burn(lookback time.Duration) *float64 {
	for _, b := range r.status.BurnRates {
		if b.Lookback == lookback {
			return b.Rate.Ptr()
		}
	}
	return nil
}
