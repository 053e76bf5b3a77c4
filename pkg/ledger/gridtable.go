package ledger

import (
	"context"
	"math"
	"slices"

	"github.com/promise-slo/promise-slo-datasource/pkg/guard"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger/counter"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
	"golang.org/x/sync/errgroup"
)

// A chunk of the ledger is filled from the values of each series at the grid
// points: the difference between two of them is exact as long as the series
// was there at both and has not fallen. Only the steps in which some series
// came, went or fell are looked at sample by sample.
const (
	// closerAfterFall is for how many steps after a fall a counter is looked at more
	// closely: it may fall again and pass its earlier value in one step.
	closerAfterFall = 2
	// closeBreaks is within how many steps of each other a series shows two
	// restarts, by falling or by being away, for all steps between them to be
	// looked at: a counter that is reset so often may hide another reset.
	closeBreaks = 8
	// maxSpanSteps is the most steps whose samples are asked for at once, and
	// bridge the most steps that are asked for along with their neighbours
	// rather than being left out: a request costs more than a few samples.
	maxSpanSteps    = 48
	maxBridgedSteps = 4
)

// gridTable is a filled grid whose series are matched with their tracks.
type gridTable struct {
	// first is the grid point before the first step.
	first, step int64
	steps       int
	rows        []row
	// closer marks the steps that need a closer look.
	closer []bool
	// series is how many series have a value at the end of each step.
	series []int
}

// row is a series of a chunk: its values at the grid points, NaN for none.
type row struct {
	track  *counter.Track
	values []float64
}

// newTable lays out the grid points first+step … first+steps*step.
func (w *walker) newTable(g *gridValues, first, step int64, steps int) *gridTable {
	c := &gridTable{first: first, step: step, steps: steps, closer: make([]bool, steps), series: make([]int, steps)}
	lines := map[*counter.Track]int{}
	for b, series := range g.bases {
		for _, s := range series {
			tr := w.track(b, s.Labels)
			if _, ok := lines[tr]; !ok {
				lines[tr] = len(c.rows)
				c.rows = append(c.rows, row{tr, absent(steps)})
			}
			w.enter(c, c.rows[lines[tr]], s)
		}
	}
	for _, tr := range w.tracker.All() {
		if _, ok := lines[tr]; !ok && tr.Present() {
			c.rows = append(c.rows, row{tr, absent(steps)})
		}
	}
	for _, l := range c.rows {
		c.markBreaks(l)
	}
	return c
}

// absent returns the values of a series that is not there at n grid points.
func absent(n int) []float64 { return slices.Repeat([]float64{math.NaN()}, n) }

// enter enters samples; of two spellings of one series the greater counts.
func (w *walker) enter(c *gridTable, l row, s upstream.Series) {
	for _, sample := range s.Samples {
		i := int((sample.T-c.first)/c.step) - 1
		if i < 0 || i >= c.steps {
			continue
		}
		c.series[i]++
		if !(l.values[i] >= sample.V) && !w.fetch.isInvalid(s.Labels, sample) {
			l.values[i] = sample.V
		}
	}
}

// markBreaks marks the steps in which the line's series came, went or fell, and
// those in which it may have fallen unseen.
func (c *gridTable) markBreaks(l row) {
	present := l.track.Present()
	last, _ := l.track.Value()
	broken := -closeBreaks - 1
	for i, v := range l.values {
		here := !math.IsNaN(v)
		fell := here && present && counter.IsReset(last, v)
		if fell || here != present {
			c.mark(i, i)
			if i-broken <= closeBreaks {
				c.markHiddenResets(l.values, broken, i)
			}
			broken = i
		}
		if fell {
			c.mark(i, i+closerAfterFall)
		}
		present = here
		if here {
			last = v
		}
	}
}

// markHiddenResets marks the steps between i and j in which a counter can have been reset
// and come to more than it had: those that begin with no more than what it grows
// by in any of the steps.
func (c *gridTable) markHiddenResets(values []float64, i, j int) {
	most := 0.0
	for n := i + 1; n < j; n++ {
		most = max(most, values[n]-values[n-1])
	}
	for n := i + 1; n < j; n++ {
		if values[n-1] <= most {
			c.mark(n, n)
		}
	}
}

// mark marks the steps from i to j.
func (c *gridTable) mark(i, j int) {
	for ; i <= j && i < c.steps; i++ {
		c.closer[i] = true
	}
}

// markAt marks the step that holds t, if it is one of the chunk's.
func (c *gridTable) markAt(t int64) {
	if t > c.first && t <= c.point(c.steps-1) {
		c.closer[(t-c.first-1)/c.step] = true
	}
}

// span is a run of steps i, i+1, … j-1.
type span struct{ i, j int }

// spans returns the runs of steps that need a closer look.
func (c *gridTable) spans() []span {
	var all []span
	for i, closer := range c.closer {
		if !closer {
			continue
		}
		if n := len(all) - 1; n >= 0 && i-all[n].j <= maxBridgedSteps && i-all[n].i < maxSpanSteps {
			all[n].j = i + 1
			continue
		}
		all = append(all, span{i, i + 1})
	}
	return all
}

// point returns the time of the grid point that ends step i; point(-1) is first.
func (c *gridTable) point(i int) int64 { return c.first + int64(i+1)*c.step }

// concurrentSpans is how many spans are asked for at a time.
const concurrentSpans = 8

// walkTable brings the tracks to the chunk's end and emits its events. The samples
// of a span are asked for with one step more, up to limit, to see how a counter
// that has just appeared goes on.
func (w *walker) walkTable(ctx context.Context, c *gridTable, limit int64, emit counter.Emitter) (caveats, error) {
	spans := c.spans()
	raw := make([]samples, len(spans))
	eg, ctx := errgroup.WithContext(ctx)
	eg.SetLimit(concurrentSpans)
	for n, s := range spans {
		eg.Go(guard.Func(func() (err error) {
			raw[n], err = w.fetch.raw(ctx, c.point(s.i-1), min(limit, c.point(s.j)))
			return err
		}))
	}
	if err := eg.Wait(); err != nil {
		return caveats{}, err
	}
	var heard caveats
	i := 0
	for n, s := range spans {
		w.growTracks(c, i, s.i, emit)
		w.tracker.Walk(w.samples(raw[n].bases, c.point(s.i-1)), c.point(s.j-1), emit)
		heard.merge(raw[n].caveats)
		i = s.j
	}
	w.growTracks(c, i, c.steps, emit)
	for _, l := range c.rows {
		l.track.SetPresent(!math.IsNaN(l.values[c.steps-1]))
	}
	return heard, nil
}
