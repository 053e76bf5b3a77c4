package ledger

import (
	"context"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/guard"
)

const (
	// leadIn is how far before its beginning a fill looks, so that counters
	// that were away for a while are known again.
	leadIn = time.Hour
	// leadInBack is leadIn where time is filled before what is known: a counter
	// that was away when a piece begins must not look like one that was born.
	leadInBack = 6 * time.Hour
	// firstRequest is the length of the first request; it tells how many
	// series there are.
	firstRequest = 24 * time.Hour
	// longestRequest is the longest later one.
	longestRequest = 35 * 24 * time.Hour
	// requestPoints is about how many points a later request may bring.
	requestPoints = 500_000
	// requestsAhead is how many requests are under way while one is worked on.
	requestsAhead = 2
	// seriesRemembered is how long a series that went away is remembered.
	seriesRemembered = 7 * 24 * time.Hour
)

// gridAnswer is a part of a fill: the grid points after first up to last.
type gridAnswer struct {
	first, last int64
	grid        *gridValues
	err         error
}

// fill goes through a window and hands over sheets of the grid in order. It goes
// on from where the walker is if that is where the window begins, and otherwise
// looks at the time before first. Later pieces are asked for while earlier ones
// are worked on.
func (w *walker) fill(ctx context.Context, win window, done func(*batch)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	fresh := w.at != win.first || win.after != win.first
	start := win.first
	if fresh {
		w.tracker, w.at = w.tracker.Fresh(), 0
		start -= ceil(w.lead.Milliseconds(), w.grid)
	}
	head := w.fetchGrid(ctx, start, min(win.last, ceil(win.first+w.head.Milliseconds(), w.step)), fresh)
	if head.err != nil {
		return head.err
	}
	if fresh {
		w.prime(head.grid, head.first)
	}
	if err := w.count(ctx, head, win, done); err != nil {
		return err
	}
	for asked := range w.fetchAhead(ctx, head, win.last) {
		p := <-asked
		if p.err != nil {
			return p.err
		}
		if err := w.count(ctx, p, win, done); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// fetchGrid fetches a piece; its first grid point too, if it is the first of all.
func (w *walker) fetchGrid(ctx context.Context, first, last int64, fresh bool) (p gridAnswer) {
	defer guard.Recover(&p.err)
	begin := first + w.grid
	if fresh {
		begin = first
	}
	g, err := w.fetch.fetchGridValues(ctx, begin, last, w.grid)
	return gridAnswer{first, last, g, err}
}

// fetchAhead asks for what follows the head up to last. It yields the answers to
// come, in order, and is at most a few ahead.
func (w *walker) fetchAhead(ctx context.Context, head gridAnswer, last int64) <-chan chan gridAnswer {
	length := w.requestLength(head)
	queue := make(chan chan gridAnswer, requestsAhead)
	go func() {
		defer close(queue)
		for a := head.last; a < last; a += length {
			one := make(chan gridAnswer, 1)
			select {
			case queue <- one:
				go func() { one <- w.fetchGrid(ctx, a, min(last, a+length), false) }()
			case <-ctx.Done():
				return
			}
		}
	}()
	return queue
}

// requestLength returns the length of later pieces, by the number of series that the
// head had.
func (w *walker) requestLength(head gridAnswer) int64 {
	series := 1
	for _, b := range head.grid.bases {
		series = max(series, len(b))
	}
	return requestLengthFor(series, w.grid, w.step)
}

// requestLengthFor returns the length of a request for so many series with points at a
// distance, in whole steps.
func requestLengthFor(series int, distance, step int64) int64 {
	length := int64(requestPoints/max(1, series)) * distance
	return max(step, floor(min(length, longestRequest.Milliseconds()), step))
}

// count walks a piece. What lies before the window is the lead-in and not
// counted; where the window's events do not end with its steps, the samples say
// which are to count.
func (w *walker) count(ctx context.Context, p gridAnswer, win window, done func(*batch)) error {
	s := newBatch(win.part(p.first, p.last), w.grid)
	c := w.newTable(p.grid, p.first, w.grid, int((p.last-p.first)/w.grid))
	if win.after < win.first {
		c.markAt(win.first)
	}
	if win.until < win.last {
		c.markAt(win.last)
	}
	if w.everyStep {
		c.mark(0, c.steps-1)
	}
	limit := max(win.last, min(w.now(), win.last+w.grid))
	heard, err := w.walkTable(ctx, c, limit, s.emit)
	if err != nil {
		return err
	}
	for _, counts := range p.grid.counts {
		w.tally(s, counts)
	}
	if err := w.groups.check(w.plan.GroupBy); err != nil {
		return err
	}
	heard.merge(p.grid.caveats)
	s.merge(heard)
	if len(w.fetch.direct) == 0 {
		s.addSeries(c.series[len(c.series)-s.cells():])
	}
	w.tracker.Forget(p.last - seriesRemembered.Milliseconds())
	w.at = p.last
	done(s)
	return nil
}
