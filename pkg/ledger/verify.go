package ledger

import (
	"context"
	"slices"
	"time"
)

// Verify compares what is sealed between two times with the server's own count, in
// pieces of a day that are cut to whole steps. It fills the ledger first. Maintain
// does the same for the days that are over.
func (l *Ledger) Verify(ctx context.Context, from, to time.Time) ([]Comparison, error) {
	if _, err := l.Fill(ctx, from, to); err != nil {
		return nil, err
	}
	step := l.account.step
	var w window
	if err := l.with(ctx, func(int64) {
		sealed := l.account.sealed
		w = wholeSteps(max(sealed.first, ceil(from.UnixMilli(), step)), min(sealed.last, floor(to.UnixMilli(), step)))
	}); err != nil {
		return nil, err
	}
	var all []Comparison
	for first := w.first; first < w.last; {
		last := min(w.last, max(first+step, floor(first+day, max(day, step))))
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
