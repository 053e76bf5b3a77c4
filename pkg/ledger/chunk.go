package ledger

import (
	"context"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/promise-slo/promise-slo-datasource/pkg/guard"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger/counter"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// A chunk of the ledger is filled from the values of each series at the grid
// points: the difference between two of them is exact as long as the series
// was there at both and has not fallen. Only the steps in which some series
// came, went or fell are looked at sample by sample.
const (
	// young is for how many steps after a fall a counter is looked at more
	// closely: it may fall again and pass its earlier value in one step.
	young = 2
	// often is within how many steps of each other a series shows two
	// restarts, by falling or by being away, for all steps between them to be
	// looked at: a counter that is reset so often may hide another reset.
	often = 8
	// spanSteps is the most steps whose samples are asked for at once, and
	// bridge the most steps that are asked for along with their neighbours
	// rather than being left out: a request costs more than a few samples.
	spanSteps = 48
	bridge    = 4
)

// chunk is a filled grid whose series are matched with their tracks.
type chunk struct {
	// first is the grid point before the first step.
	first, step int64
	steps       int
	lines       []line
	// closer marks the steps that need a closer look.
	closer []bool
	// series is how many series have a value at the end of each step.
	series []int
}

// line is a series of a chunk: its values at the grid points, NaN for none.
type line struct {
	track  *counter.Track
	values []float64
}

// newChunk lays out the grid points first+step … first+steps*step.
func (w *walker) newChunk(g *grid, first, step int64, steps int) *chunk {
	c := &chunk{first: first, step: step, steps: steps, closer: make([]bool, steps), series: make([]int, steps)}
	lines := map[*counter.Track]int{}
	for b, series := range g.bases {
		for _, s := range series {
			tr := w.track(b, s.Labels)
			if _, ok := lines[tr]; !ok {
				lines[tr] = len(c.lines)
				c.lines = append(c.lines, line{tr, absent(steps)})
			}
			w.lay(c, c.lines[lines[tr]], s)
		}
	}
	for _, tr := range w.tracker.All() {
		if _, ok := lines[tr]; !ok && tr.Present() {
			c.lines = append(c.lines, line{tr, absent(steps)})
		}
	}
	for _, l := range c.lines {
		c.inspect(l)
	}
	return c
}

// absent returns the values of a series that is not there at n grid points.
func absent(n int) []float64 { return slices.Repeat([]float64{math.NaN()}, n) }

// lay enters samples; of two spellings of one series the greater counts.
func (w *walker) lay(c *chunk, l line, s upstream.Series) {
	for _, sample := range s.Samples {
		i := int((sample.T-c.first)/c.step) - 1
		if i < 0 || i >= c.steps {
			continue
		}
		c.series[i]++
		if !(l.values[i] >= sample.V) && !w.fetch.isOdd(s.Labels, sample) {
			l.values[i] = sample.V
		}
	}
}

// inspect marks the steps in which the line's series came, went or fell, and
// those in which it may have fallen unseen.
func (c *chunk) inspect(l line) {
	present := l.track.Present()
	last, _ := l.track.Value()
	broken := -often - 1
	for i, v := range l.values {
		here := !math.IsNaN(v)
		fell := here && present && counter.IsReset(last, v)
		if fell || here != present {
			c.mark(i, i)
			if i-broken <= often {
				c.suspect(l.values, broken, i)
			}
			broken = i
		}
		if fell {
			c.mark(i, i+young)
		}
		present = here
		if here {
			last = v
		}
	}
}

// suspect marks the steps between i and j in which a counter can have been reset
// and come to more than it had: those that begin with no more than what it grows
// by in any of the steps.
func (c *chunk) suspect(values []float64, i, j int) {
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
func (c *chunk) mark(i, j int) {
	for ; i <= j && i < c.steps; i++ {
		c.closer[i] = true
	}
}

// look marks the step that holds t, if it is one of the chunk's.
func (c *chunk) look(t int64) {
	if t > c.first && t <= c.point(c.steps-1) {
		c.closer[(t-c.first-1)/c.step] = true
	}
}

// span is a run of steps i, i+1, … j-1.
type span struct{ i, j int }

// spans returns the runs of steps that need a closer look.
func (c *chunk) spans() []span {
	var all []span
	for i, closer := range c.closer {
		if !closer {
			continue
		}
		if n := len(all) - 1; n >= 0 && i-all[n].j <= bridge && i-all[n].i < spanSteps {
			all[n].j = i + 1
			continue
		}
		all = append(all, span{i, i + 1})
	}
	return all
}

// point returns the time of the grid point that ends step i; point(-1) is first.
func (c *chunk) point(i int) int64 { return c.first + int64(i+1)*c.step }

// walk brings the tracks to the chunk's end and emits its events. The samples
// of a span are asked for with one step more, up to limit, to see how a counter
// that has just appeared goes on.
func (w *walker) walk(ctx context.Context, c *chunk, limit int64, emit counter.Emitter) (said, error) {
	spans := c.spans()
	raw := make([]samples, len(spans))
	eg, ctx := errgroup.WithContext(ctx)
	eg.SetLimit(spansAtOnce)
	for n, s := range spans {
		eg.Go(guard.Func(func() (err error) {
			raw[n], err = w.fetch.raw(ctx, c.point(s.i-1), min(limit, c.point(s.j)))
			return err
		}))
	}
	if err := eg.Wait(); err != nil {
		return said{}, err
	}
	var heard said
	i := 0
	for n, s := range spans {
		w.grow(c, i, s.i, emit)
		w.tracker.Walk(w.samples(raw[n].bases, c.point(s.i-1)), c.point(s.j-1), emit)
		heard.merge(raw[n].said)
		i = s.j
	}
	w.grow(c, i, c.steps, emit)
	for _, l := range c.lines {
		l.track.SetPresent(!math.IsNaN(l.values[c.steps-1]))
	}
	return heard, nil
}

// spansAtOnce is how many spans are asked for at a time.
const spansAtOnce = 8

// grow takes the steps i … j-1 from the grid.
func (w *walker) grow(c *chunk, i, j int, emit counter.Emitter) {
	for _, l := range c.lines {
		for n := i; n < j; n++ {
			if v := l.values[n]; !math.IsNaN(v) {
				w.tracker.Grow(l.track, c.point(n), v, emit)
			}
		}
	}
}

// samples returns the samples after the given time, each with its growth to the
// next.
func (w *walker) samples(bases [][]upstream.Series, after int64) []counter.Sample {
	all := make([]counter.Sample, 0, sampleCount(bases))
	for b, series := range bases {
		for _, s := range series {
			tr := w.track(b, s.Labels)
			i := len(all)
			for _, sample := range s.Samples {
				if sample.T > after && !w.fetch.isOdd(s.Labels, sample) {
					all = append(all, counter.Sample{Track: tr, T: sample.T, V: sample.V})
				}
			}
			for ; i+1 < len(all); i++ {
				all[i].Next = max(0, all[i+1].V-all[i].V)
			}
		}
	}
	return all
}

func sampleCount(bases [][]upstream.Series) (n int) {
	for _, series := range bases {
		for _, s := range series {
			n += len(s.Samples)
		}
	}
	return n
}

// prime takes the first grid point of all as it is.
func (w *walker) prime(g *grid, first int64) {
	for b, series := range g.bases {
		for _, s := range series {
			tr := w.track(b, s.Labels)
			if i := slices.IndexFunc(s.Samples, func(s upstream.Sample) bool { return s.T == first }); i >= 0 {
				w.tracker.Prime(tr, first, s.Samples[i].V)
			}
		}
	}
}
