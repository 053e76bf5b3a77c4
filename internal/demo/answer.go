package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/cmd/promise/board"
)

// answer holds what the plugin returns at a time.
type answer struct {
	at        time.Time
	rows      []statusRow
	notices   []string
	incidents []incident
}

// first asks twice, to show what the first answer costs and what the next.
func (d *demo) first(ctx context.Context) (*answer, error) {
	var a answer
	ask := func() (result string, err error) {
		a.at = time.Now()
		a.rows, a.notices, err = d.status(ctx, a.at)
		return fmt.Sprintf("%d rows", len(a.rows)), err
	}
	if err := d.step("Asking how the SLOs stand: cold, all history is read", ask); err != nil {
		return nil, err
	}
	if err := d.step("Asking again: warm, only the newest samples are read", ask); err != nil {
		return nil, err
	}
	return &a, d.step("Asking for the incidents of all windows, and so for older history", func() (result string, err error) {
		a.incidents, err = d.incidents(ctx, a.rows, a.at)
		return fmt.Sprintf("%d rows", len(a.incidents)), err
	})
}

// write prints the answer as a board.
func (a *answer) write(w *output) error {
	rows := make([]board.Row, len(a.rows))
	for i, r := range a.rows {
		rows[i] = r.Row
		rows[i].Worst = r.worst(a.incidents)
	}
	fmt.Fprintln(w)
	if err := board.Write(w, rows, w.screen(a.at)); err != nil {
		return err
	}
	for _, text := range a.notices {
		fmt.Fprintln(w, "Notice: "+text)
	}
	return nil
}
