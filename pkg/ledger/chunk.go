package ledger

import (
	"context"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"

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
	counts      []counts
	// closer marks the steps that need a closer look.
	closer []bool
}

// line is a series of a chunk: its values at the grid points, NaN for none.
type line struct {
	track  *track
	values []float64
}

// newChunk lays out the grid points first+step … first+steps*step.
func newChunk(g *grid, t *tracks, first, step int64, steps int) *chunk {
	c := &chunk{first: first, step: step, steps: steps, counts: g.counts, closer: make([]bool, steps)}
	lines := map[*track]int{}
	for b, series := range g.bases {
		for _, s := range series {
			tr := t.of(b, s)
			if _, ok := lines[tr]; !ok {
				lines[tr] = len(c.lines)
				c.lines = append(c.lines, line{tr, absent(steps)})
			}
			c.lay(c.lines[lines[tr]], s.Samples)
		}
	}
	for _, tr := range t.byKey {
		if _, ok := lines[tr]; !ok && tr.present {
			c.lines = append(c.lines, line{tr, absent(steps)})
		}
	}
	for _, l := range c.lines {
		c.inspect(l)
	}
	return c
}

func absent(n int) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = math.NaN()
	}
	return values
}

// lay enters samples; of two spellings of one series the greater counts.
func (c *chunk) lay(l line, samples []upstream.Sample) {
	for _, s := range samples {
		i := int((s.T-c.first)/c.step) - 1
		if i >= 0 && i < c.steps && !(l.values[i] >= s.V) {
			l.values[i] = s.V
		}
	}
}

// inspect marks the steps in which the line's series came, went or fell.
func (c *chunk) inspect(l line) {
	present, last := l.track.present, track{v: l.track.v}
	for i, v := range l.values {
		here := !math.IsNaN(v)
		switch {
		case here != present:
			c.closer[i] = true
		case here && last.fell(v):
			for j := i; j <= i+young && j < c.steps; j++ {
				c.closer[j] = true
			}
		}
		present = here
		if here {
			last.v = v
		}
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

// spans are the runs of steps that need a closer look.
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

// point is the time of the grid point that ends step i; point(-1) is first.
func (c *chunk) point(i int) int64 { return c.first + int64(i+1)*c.step }

// walk brings the tracks to the chunk's end and emits its events. The samples
// of a span are asked for with one step more, up to limit, to see how a counter
// that has just appeared goes on.
func (c *chunk) walk(ctx context.Context, f *fetcher, t *tracks, limit int64, emit emitter) error {
	spans := c.spans()
	raw := make([][][]upstream.Series, len(spans))
	eg, ctx := errgroup.WithContext(ctx)
	for n, s := range spans {
		eg.Go(func() (err error) {
			raw[n], err = f.raw(ctx, c.point(s.i-1), min(limit, c.point(s.j)))
			return err
		})
	}
	if err := eg.Wait(); err != nil {
		return err
	}
	i := 0
	for n, s := range spans {
		c.grow(i, s.i, emit)
		walk(points(t, raw[n], c.point(s.i-1)), c.point(s.j-1), emit)
		i = s.j
	}
	c.grow(i, c.steps, emit)
	c.settle()
	return nil
}

// grow takes the steps i … j-1 from the grid.
func (c *chunk) grow(i, j int, emit emitter) {
	for _, l := range c.lines {
		for n := i; n < j; n++ {
			if v := l.values[n]; !math.IsNaN(v) {
				l.track.grow(c.point(n), v, emit)
			}
		}
	}
}

// settle notes which series are there at the last grid point.
func (c *chunk) settle() {
	for _, l := range c.lines {
		l.track.present = !math.IsNaN(l.values[c.steps-1])
	}
}

// points are the samples after the given time, each with its growth to the next.
func points(t *tracks, bases [][]upstream.Series, after int64) []point {
	var all []point
	for b, series := range bases {
		for _, s := range series {
			tr := t.of(b, s)
			for i, sample := range s.Samples {
				if sample.T <= after || math.IsNaN(sample.V) {
					continue
				}
				p := point{track: tr, t: sample.T, v: sample.V}
				if i+1 < len(s.Samples) {
					p.next = max(0, s.Samples[i+1].V-sample.V)
				}
				all = append(all, p)
			}
		}
	}
	return all
}

// prime takes the first grid point of all as it is: what its counters counted
// before is not known and not counted.
func prime(g *grid, t *tracks, first int64) {
	for b, series := range g.bases {
		for _, s := range series {
			tr := t.of(b, s)
			i := slices.IndexFunc(s.Samples, func(s upstream.Sample) bool { return s.T == first })
			if i < 0 || tr.seen && tr.v > s.Samples[i].V {
				continue
			}
			tr.seen, tr.present, tr.t, tr.v = true, true, first, s.Samples[i].V
			tr.target.seen = first
		}
	}
}
