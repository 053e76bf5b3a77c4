package ledger

import (
	"context"
	"slices"
	"time"
)

// Verify holds what is sealed between two times against the server's own count,
// in pieces of a day that are cut to whole steps. It fills the ledger first. It is
// for people who ask; Maintain does the same for the days that are over.
func (l *Ledger) Verify(ctx context.Context, from, to time.Time) ([]Comparison, error) {
	if _, err := l.Fill(ctx, from, to); err != nil {
		return nil, err
	}
	var w window
	if err := l.with(ctx, func(int64) {
		w = wholeSteps(max(l.sealed.first, ceil(from.UnixMilli(), l.step)), min(l.sealed.last, floor(to.UnixMilli(), l.step)))
	}); err != nil {
		return nil, err
	}
	var all []Comparison
	for first := w.first; first < w.last; {
		last := min(w.last, max(first+l.step, floor(first+day, max(day, l.step))))
		c, err := l.compare(ctx, wholeSteps(first, last))
		if err != nil {
			return all, err
		}
		all, first = append(all, c), last
	}
	return all, nil
}

// Differences returns the days that differ from the server's own count without
// an explanation, the latest last.
func (l *Ledger) Differences(ctx context.Context) (all []Comparison, err error) {
	return all, l.with(ctx, func(int64) { all = slices.Clone(l.maintenance.check.differences) })
}
