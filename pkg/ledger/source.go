package ledger

import "context"

// source counts what happened, from the plan's own series or from what rules
// recorded of them.
type source interface {
	// count counts the events of a window and passes batches of its steps to done,
	// in order, from its beginning to its end.
	count(ctx context.Context, w window, done func(*batch)) error
	// fineCells counts the events of a window of one step in small cells; ok is
	// false if the source does not have all of them.
	fineCells(ctx context.Context, w window) (s *batch, ok bool, err error)
	// recent counts what happened after a boundary up to now, of which steps up to
	// the limit may be sealed; ok is false if the source does not have all of it.
	recent(ctx context.Context, since, limit boundary, now int64) (r recentData, ok bool, err error)
}

var (
	_ source = (*ownSource)(nil)
	_ source = (*recordedSource)(nil)
)

// recentData holds what a source counted after the last sealed step.
type recentData struct {
	// sealed holds the steps that can be sealed, and fine the same in the cells of
	// the tail; nil if there are none.
	sealed, fine *batch
	// open holds what follows them.
	open *batch
	// Time of the newest sample, 0 if there is none.
	newest int64
}
