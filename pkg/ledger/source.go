package ledger

import "context"

// source is where the ledger learns what happened: the plan's own series, or what
// rules recorded of them.
type source interface {
	// count counts the events of a window and hands over sheets of its
	// steps, in order, from its beginning to its end.
	count(ctx context.Context, w window, done func(*sheet)) error
	// closely counts those of a window of one step in small cells.
	closely(ctx context.Context, w window) (*sheet, error)
}

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
