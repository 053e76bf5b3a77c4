package ledger

import "context"

// source is where the ledger learns what happened: the plan's own series, or what
// rules recorded of them.
type source interface {
	// count counts the events of a window and hands over sheets of its
	// steps, in order, from its beginning to its end.
	count(ctx context.Context, w window, done func(*batch)) error
	// fineCells counts those of a window of one step in small cells; ok is
	// false if the source does not know them all.
	fineCells(ctx context.Context, w window) (s *batch, ok bool, err error)
	// recent tells what came after a seam up to now, of which steps up to
	// the limit can be sealed; ok is false if the source does not know it all.
	recent(ctx context.Context, since, limit boundary, now int64) (r recentData, ok bool, err error)
}

var (
	_ source = (*ownSource)(nil)
	_ source = (*recordedSource)(nil)
)

// recentData is what a source tells of the time since the book's end.
type recentData struct {
	// sealed are the steps that can be sealed, fine the same in the cells of
	// the tail. They are nil if there are none.
	sealed, fine *batch
	// open is what follows them.
	open *batch
	// newest is the time of the newest sample, 0 if there is none.
	newest int64
}
