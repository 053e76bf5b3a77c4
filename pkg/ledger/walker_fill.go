package ledger

import (
	"context"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/guard"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger/counter"
)

const (
	// leadIn is how far before a window a fill begins, so that counters that were
	// away for a while are known again.
	leadIn = time.Hour
	// leadInBack is the same before time that is already filled: a counter that was
	// away when a request begins must not look like a new one.
	leadInBack = 6 * time.Hour
	// firstRequest is the length of the first request, which shows how many series
	// there are.
	firstRequest = 24 * time.Hour
	// longestRequest limits the length of later ones.
	longestRequest = 35 * 24 * time.Hour
	// A later request asks for about requestPoints points.
	requestPoints = 500_000
	// requestsAhead limits how many requests are under way while an answer is
	// counted.
	requestsAhead = 2
	// seriesRemembered is how long a series that went away is remembered.
	seriesRemembered = 7 * 24 * time.Hour
)

// gridAnswer holds the answer to one request: the grid points after first up to
// last.
type gridAnswer struct {
	first, last int64
	grid        *gridValues
	err         error
}

// fill goes through a window and passes batches of grid steps to done, in order. It
// goes on from where the walker stands if the window begins there, and otherwise
// looks at the time before the window first. While one answer is counted, the next
// ones are asked for.
func (w *walker) fill(ctx context.Context, win window, done func(*batch)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	fresh := w.at != win.first || win.after != win.first
	start := win.first
	if fresh {
		w.tracker, w.paces, w.at = w.tracker.Fresh(), w.paces.fresh(), 0
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

// fetchGrid asks for the grid points after first up to last, and for first too if
// the walker is fresh.
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
// come, in order, and stays at most a few ahead.
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

// requestLength returns the length of later requests, by the number of series that
// the head had.
func (w *walker) requestLength(head gridAnswer) int64 {
	series := 1
	for _, b := range head.grid.bases {
		series = max(series, len(b))
	}
	return requestLengthFor(series, w.grid, w.step)
}

// requestLengthFor returns the length of a request for so many series with points
// at a distance, in whole steps.
func requestLengthFor(series int, distance, step int64) int64 {
	length := int64(requestPoints/max(1, series)) * distance
	return max(step, floor(min(length, longestRequest.Milliseconds()), step))
}

// count walks an answer. What lies before the window is the lead-in and not
// counted. Where the window's events do not begin and end with its steps, the
// samples decide which to count.
func (w *walker) count(ctx context.Context, p gridAnswer, win window, done func(*batch)) error {
	b := newBatch(win.part(p.first, p.last), w.grid)
	t := w.newTable(p.grid, p.first, w.grid, int((p.last-p.first)/w.grid))
	if win.after < win.first {
		t.markAt(win.first)
	}
	if win.until < win.last {
		t.markAt(win.last)
	}
	if w.everyStep {
		t.mark(0, t.steps-1)
	}
	limit := max(win.last, min(w.now(), win.last+w.grid))
	all, emit := b, b.emit
	if p.first < b.first { // the lead-in shows how often samples come
		all = newBatch(wholeSteps(p.first, p.last), w.grid)
		emit = func(tr *counter.Track, t int64, e counter.Events) {
			all.emit(tr, t, e)
			b.emit(tr, t, e)
		}
	}
	noted, err := w.walkTable(ctx, t, limit, emit)
	if err != nil {
		return err
	}
	for _, counts := range p.grid.counts {
		w.tally(b, counts)
		if all != b {
			w.tally(all, counts)
		}
	}
	w.addMinutes(all, p.grid.minutes)
	if w.paces.cover(all, w.tracker); all != b {
		b.takeExpected(all)
		b.takeCoverage(all)
	}
	if err := w.groups.check(w.plan.GroupBy); err != nil {
		return err
	}
	noted.merge(p.grid.caveats)
	b.merge(noted)
	if len(w.fetch.direct) == 0 {
		b.addSeries(t.series[len(t.series)-b.cells():])
	}
	w.tracker.Forget(p.last - seriesRemembered.Milliseconds())
	w.at = p.last
	done(b)
	return nil
}
