package ledger

import (
	"context"
	"math"
	"time"
)

const (
	// leadIn is how far before its beginning a fill looks, so that counters
	// that were away for a while are known again.
	leadIn = time.Hour
	// firstChunk is the length of the first request; it tells how many
	// series there are.
	firstChunk = 24 * time.Hour
	// longestChunk is the longest later one.
	longestChunk = 7 * 24 * time.Hour
	// chunkPoints is about how many points a later request may bring.
	chunkPoints = 500_000
	// ahead is how many requests are under way while one is worked on.
	ahead = 2
	// memory is how long a series that went away is remembered.
	memory = 7 * 24 * time.Hour
)

// extend seals from the book's end to hi.
func (l *Ledger) extend(ctx context.Context, hi int64, p *progress) error {
	after := l.book.until
	if l.book.empty() {
		after = anywhere
	}
	return l.fillIn(ctx, l.book, hi, after, anywhere, p)
}

// extendBack seals from lo to the book's beginning.
func (l *Ledger) extendBack(ctx context.Context, lo int64, p *progress) error {
	earlier := l.book.open(lo)
	err := l.fillIn(ctx, earlier, l.book.first, anywhere, l.book.after, p)
	if err == nil {
		l.book.prepend(earlier)
	}
	return err
}

// fillIn seals from the end of b, which is the ledger's book or will come before
// it, to last: from records where there are, else from the plan's own series. The
// events begin after after and end with until, unless these are anywhere.
func (l *Ledger) fillIn(ctx context.Context, b *book, last, after, until int64, p *progress) error {
	done := func(s *sheet) {
		p.add(int((s.last - s.first) / l.grid))
		b.post(s)
	}
	first := b.last
	recorded, steps, err := l.recordedSteps(ctx, first, last)
	if err != nil {
		return err
	}
	for _, s := range stretches(steps, after, until, int(leadIn.Milliseconds()/l.step)) {
		w := s.window(steps, first, l.step, after, until)
		switch {
		case s.recorded:
			done(recorded.cut(w))
		case b == l.book:
			err = l.goOn(ctx, w, done)
		default:
			err = l.eachChunk(ctx, l.tracks.anew(), w, true, done)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// goOn fills a window at the book's end from the plan's own series. The tracks
// are then at its end.
func (l *Ledger) goOn(ctx context.Context, w window, done func(*sheet)) error {
	t, fresh := l.tracks, false
	if l.tracked != w.first || w.after != w.first {
		t, fresh = l.tracks.anew(), true
	}
	return l.eachChunk(ctx, t, w, fresh, func(s *sheet) {
		done(s)
		l.tracks, l.tracked = t, s.last
	})
}

// piece is a part of a fill: the grid points after first up to last.
type piece struct {
	first, last int64
	grid        *grid
	err         error
}

// eachChunk fills a window and hands over the sheets in order. Later pieces are
// asked for while earlier ones are worked on.
func (l *Ledger) eachChunk(ctx context.Context, t *tracks, w window, fresh bool, done func(*sheet)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	start := w.first
	if fresh {
		start -= ceil(leadIn.Milliseconds(), l.grid)
	}
	head := l.ask(ctx, start, min(w.last, ceil(w.first+firstChunk.Milliseconds(), l.step)), fresh)
	if head.err != nil {
		return head.err
	}
	if fresh {
		prime(head.grid, t, head.first)
	}
	if err := l.work(ctx, t, head, w, done); err != nil {
		return err
	}
	for asked := range l.pieces(ctx, head, w.last) {
		p := <-asked
		if p.err != nil {
			return p.err
		}
		if err := l.work(ctx, t, p, w, done); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// ask fetches a piece; its first grid point too, if it is the first of all.
func (l *Ledger) ask(ctx context.Context, first, last int64, fresh bool) piece {
	begin := first + l.grid
	if fresh {
		begin = first
	}
	g, err := l.fetch.grid(ctx, begin, last, l.grid)
	return piece{first, last, g, err}
}

// pieces asks for what follows the head up to last. It yields the answers to
// come, in order, and is at most a few ahead.
func (l *Ledger) pieces(ctx context.Context, head piece, last int64) <-chan chan piece {
	length := l.pieceLength(head)
	queue := make(chan chan piece, ahead)
	go func() {
		defer close(queue)
		for a := head.last; a < last; a += length {
			one := make(chan piece, 1)
			select {
			case queue <- one:
				go func() { one <- l.ask(ctx, a, min(last, a+length), false) }()
			case <-ctx.Done():
				return
			}
		}
	}()
	return queue
}

// pieceLength is chosen by the number of series that the head had.
func (l *Ledger) pieceLength(head piece) int64 {
	series := 1
	for _, b := range head.grid.bases {
		series = max(series, len(b))
	}
	return l.lengthFor(series, l.grid)
}

// lengthFor is that of a request for so many series with points at a distance.
func (l *Ledger) lengthFor(series int, distance int64) int64 {
	length := int64(chunkPoints/max(1, series)) * distance
	return max(l.step, floor(min(length, longestChunk.Milliseconds()), l.step))
}

// work walks a piece. What lies before the window is the lead-in and not
// counted; where the window's events do not end with its steps, the samples say
// which are to count.
func (l *Ledger) work(ctx context.Context, t *tracks, p piece, w window, done func(*sheet)) error {
	s := newSheet(w.part(p.first, p.last), l.grid)
	c := newChunk(p.grid, t, p.first, l.grid, int((p.last-p.first)/l.grid))
	if w.after < w.first {
		c.look(w.first)
	}
	if w.until < w.last {
		c.look(w.last)
	}
	limit := max(w.last, min(l.opts.Now().UnixMilli(), w.last+l.grid))
	if err := c.walk(ctx, l.fetch, t, limit, s.take); err != nil {
		return err
	}
	for _, counts := range p.grid.counts {
		l.tally(s, counts)
	}
	t.forget(p.last - memory.Milliseconds())
	done(s)
	return nil
}

// tally enters direct counts, each for the cell that ends at its time.
func (l *Ledger) tally(s *sheet, c counts) {
	for _, series := range c.series {
		group := l.groups.index(series.Labels, l.plan.GroupBy)
		for _, sample := range series.Samples {
			if !math.IsNaN(sample.V) {
				s.spread(group, sample.T, c.bad*sample.V, c.total*sample.V, c.total != 0)
			}
		}
	}
}
