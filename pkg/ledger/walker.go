package ledger

import (
	"context"
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/guard"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger/counter"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
)

const (
	// leadIn is how far before its beginning a fill looks, so that counters
	// that were away for a while are known again.
	leadIn = time.Hour
	// backLead is leadIn where time is filled before what is known: a counter
	// that was away when a piece begins must not look like one that was born.
	backLead = 6 * time.Hour
	// firstPiece is the length of the first request; it tells how many
	// series there are.
	firstPiece = 24 * time.Hour
	// longestPiece is the longest later one.
	longestPiece = 35 * 24 * time.Hour
	// piecePoints is about how many points a later request may bring.
	piecePoints = 500_000
	// ahead is how many requests are under way while one is worked on.
	ahead = 2
	// memory is how long a series that went away is remembered.
	memory = 7 * 24 * time.Hour
)

// walker goes through the plan's own series from one time to another. It is for
// one goroutine; what it shares with others is safe for concurrent use.
type walker struct {
	plan   *promql.Plan
	groups *groups
	fetch  *fetcher
	now    func() int64
	// grid is the distance of grid points, step that of knots, a multiple.
	grid, step int64

	tracker *counter.Tracker
	// at is the grid point at which the tracks are.
	at int64
	// closely has all steps looked at sample by sample.
	closely bool
	// lead is how far before its beginning a fill looks, head how long its
	// first request is.
	lead, head time.Duration
}

// anew returns a walker that has met no series yet.
func (w *walker) anew() *walker {
	c := w.with(w.tracker.Fresh())
	c.at, c.closely = 0, false
	return c
}

// with returns the walker with other tracks.
func (w *walker) with(t *counter.Tracker) *walker {
	c := *w
	c.tracker = t
	return &c
}

// track returns that of a series of a base.
func (w *walker) track(base int, ls labels.Labels) *counter.Track {
	tr, isNew := w.tracker.Track(base, ls)
	if isNew {
		w.fetch.learn(base, ls)
		tr.Group = w.groups.index(ls, w.plan.GroupBy)
		counts := w.fetch.bases[base].weight(ls)
		tr.Bad, tr.Total = counts.bad, counts.total
	}
	return tr
}

// telling returns the labels by which the plan tells events apart: those that
// not all of its counters select alike.
func telling(plan *promql.Plan) (names []string) {
	var all [][]*labels.Matcher
	for _, term := range slices.Concat(plan.Bad, plan.Total) {
		if c, ok := term.Source.(promql.Counter); ok {
			all = append(all, c.Matchers())
		}
	}
	for _, matchers := range all {
		for _, m := range matchers {
			alike := !slices.ContainsFunc(all, func(others []*labels.Matcher) bool {
				return !slices.ContainsFunc(others, func(o *labels.Matcher) bool { return o.String() == m.String() })
			})
			if !alike && !slices.Contains(names, m.Name) {
				names = append(names, m.Name)
			}
		}
	}
	return names
}

// piece is a part of a fill: the grid points after first up to last.
type piece struct {
	first, last int64
	grid        *grid
	err         error
}

// fill goes through a window and hands over sheets of the grid in order. It goes
// on from where the walker is if that is where the window begins, and otherwise
// looks at the time before first. Later pieces are asked for while earlier ones
// are worked on.
func (w *walker) fill(ctx context.Context, win window, done func(*sheet)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	fresh := w.at != win.first || win.after != win.first
	start := win.first
	if fresh {
		w.tracker, w.at = w.tracker.Fresh(), 0
		start -= ceil(w.lead.Milliseconds(), w.grid)
	}
	head := w.ask(ctx, start, min(win.last, ceil(win.first+w.head.Milliseconds(), w.step)), fresh)
	if head.err != nil {
		return head.err
	}
	if fresh {
		w.prime(head.grid, head.first)
	}
	if err := w.work(ctx, head, win, done); err != nil {
		return err
	}
	for asked := range w.pieces(ctx, head, win.last) {
		p := <-asked
		if p.err != nil {
			return p.err
		}
		if err := w.work(ctx, p, win, done); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// ask fetches a piece; its first grid point too, if it is the first of all.
func (w *walker) ask(ctx context.Context, first, last int64, fresh bool) (p piece) {
	defer guard.Recover(&p.err)
	begin := first + w.grid
	if fresh {
		begin = first
	}
	g, err := w.fetch.grid(ctx, begin, last, w.grid)
	return piece{first, last, g, err}
}

// pieces asks for what follows the head up to last. It yields the answers to
// come, in order, and is at most a few ahead.
func (w *walker) pieces(ctx context.Context, head piece, last int64) <-chan chan piece {
	length := w.pieceLength(head)
	queue := make(chan chan piece, ahead)
	go func() {
		defer close(queue)
		for a := head.last; a < last; a += length {
			one := make(chan piece, 1)
			select {
			case queue <- one:
				go func() { one <- w.ask(ctx, a, min(last, a+length), false) }()
			case <-ctx.Done():
				return
			}
		}
	}()
	return queue
}

// pieceLength returns the length of later pieces, by the number of series that the
// head had.
func (w *walker) pieceLength(head piece) int64 {
	series := 1
	for _, b := range head.grid.bases {
		series = max(series, len(b))
	}
	return lengthFor(series, w.grid, w.step)
}

// lengthFor returns the length of a request for so many series with points at a
// distance, in whole steps.
func lengthFor(series int, distance, step int64) int64 {
	length := int64(piecePoints/max(1, series)) * distance
	return max(step, floor(min(length, longestPiece.Milliseconds()), step))
}

// work walks a piece. What lies before the window is the lead-in and not
// counted; where the window's events do not end with its steps, the samples say
// which are to count.
func (w *walker) work(ctx context.Context, p piece, win window, done func(*sheet)) error {
	s := newSheet(win.part(p.first, p.last), w.grid)
	c := w.newChunk(p.grid, p.first, w.grid, int((p.last-p.first)/w.grid))
	if win.after < win.first {
		c.look(win.first)
	}
	if win.until < win.last {
		c.look(win.last)
	}
	if w.closely {
		c.mark(0, c.steps-1)
	}
	limit := max(win.last, min(w.now(), win.last+w.grid))
	heard, err := w.walk(ctx, c, limit, s.take)
	if err != nil {
		return err
	}
	for _, counts := range p.grid.counts {
		w.tally(s, counts)
	}
	if err := w.groups.check(w.plan.GroupBy); err != nil {
		return err
	}
	heard.merge(p.grid.said)
	s.merge(heard)
	if len(w.fetch.direct) == 0 {
		s.present(c.series[len(c.series)-s.cells():])
	}
	w.tracker.Forget(p.last - memory.Milliseconds())
	w.at = p.last
	done(s)
	return nil
}

// tally enters direct counts, each for the cell that ends at its time.
func (w *walker) tally(s *sheet, c counts) {
	for _, series := range c.series {
		group := w.groups.index(series.Labels, w.plan.GroupBy)
		for _, sample := range series.Samples {
			s.spread(group, sample.T, c.weight, sample.V)
		}
	}
}
