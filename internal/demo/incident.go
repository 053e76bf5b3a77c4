package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/cmd/promise/board"
)

// incident holds a row of the incidents table.
type incident struct {
	board.Incident
	// The title of the SLO, objective and label set.
	title, service, text string
}

// incidents asks what happened in the windows in force.
func (d *demo) incidents(ctx context.Context, rows []statusRow, at time.Time) ([]incident, error) {
	from := at
	for _, r := range rows {
		if r.start != nil && r.start.Before(from) {
			from = *r.start
		}
	}
	f, err := d.ask(ctx, question{kind: "incidents", from: from, to: at})
	if err != nil {
		return nil, err
	}
	return read(f, readIncident)
}

func readIncident(t *table, row int) incident {
	i := incident{title: t.text("title", row), service: t.text("service", row), text: t.text("text", row)}
	start, seconds := value[time.Time](t, "time", row), value[float64](t, "duration", row)
	if start == nil || seconds == nil {
		t.fail(fmt.Errorf("an incident of %s has no time", i.title))
		return i
	}
	end := start.Add(time.Duration(*seconds * float64(time.Second)))
	i.Incident = board.Incident{Start: *start, End: end, Share: value[float64](t, "budgetShare", row)}
	if open := value[bool](t, "open", row); open != nil {
		i.Open = *open
	}
	return i
}

// worst returns the row's incident in its window that took most of the budget, nil
// if there was none.
func (s statusRow) worst(incidents []incident) *board.Incident {
	var worst *board.Incident
	for _, i := range incidents {
		if i.title == s.SLO && s.start != nil && i.End.After(*s.start) && (worst == nil || share(i.Incident) > share(*worst)) {
			worst = &i.Incident
		}
	}
	return worst
}

func share(i board.Incident) float64 {
	if i.Share == nil {
		return 0
	}
	return *i.Share
}
