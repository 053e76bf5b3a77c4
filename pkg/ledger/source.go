package ledger

import "context"

// source is where the ledger learns what happened: the plan's own series, or what
// rules recorded of them.
type source interface {
	// count counts the events of a window and hands over sheets of its
	// steps, in order, from its beginning to its end.
	count(ctx context.Context, w window, done func(*sheet)) error
	// closely counts those of a window of one step in small cells; ok is
	// false if the source does not know them all.
	closely(ctx context.Context, w window) (s *sheet, ok bool, err error)
	// recent tells what came after a seam up to now, of which steps up to
	// the limit can be sealed; ok is false if the source does not know it all.
	recent(ctx context.Context, since, limit seam, now int64) (r recent, ok bool, err error)
}

var (
	_ source = (*series)(nil)
	_ source = (*recordedSeries)(nil)
)

// seam is where one stretch of steps ends and the next begins: the grid point
// last, and the time after which events belong to the next.
type seam struct{ last, after int64 }

// recent is what a source tells of the time since the book's end.
type recent struct {
	// closed are the steps that can be sealed, fine the same in the cells of
	// the tail. They are nil if there are none.
	closed, fine *sheet
	// open is what follows them.
	open *sheet
	// newest is the time of the newest sample, 0 if there is none.
	newest int64
}
