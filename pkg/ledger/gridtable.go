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

// Steps are counted from the values of each series at the grid points: the
// difference between two of them is exact as long as the series was there at both
// and was not reset. Only steps in which some series came, went or was reset are
// counted sample by sample.
const (
	// closerAfterFall is the number of steps after a reset that get a closer look:
	// the counter may be reset again and pass its earlier value in one step.
	closerAfterFall = 2
	// Where a series breaks twice within closeBreaks steps, by a reset or by being
	// away, the steps between get a closer look: a counter that is reset so often
	// may hide another reset.
	closeBreaks = 8
	// A request for samples spans at most maxSpanSteps steps. Up to maxBridgedSteps
	// steps between two that need a closer look are asked for along with them: a
	// request costs more than a few samples.
	maxSpanSteps    = 48
	maxBridgedSteps = 4
)

// gridTable lays out the values at grid points by series.
type gridTable struct {
	// Grid point before the first step.
	first, step int64
	steps       int
	rows        []row
	// closer marks the steps that need a closer look.
	closer []bool
	// series counts the series that have a value at the end of each step.
	series []int
}

// row holds the values of a series at the grid points, NaN for none.
type row struct {
	track  *counter.Track
	values []float64
}

// newTable returns the table of the grid points first+step … first+steps*step.
func (w *walker) newTable(g *gridValues, first, step int64, steps int) *gridTable {
	t := &gridTable{first: first, step: step, steps: steps, closer: make([]bool, steps), series: make([]int, steps)}
	rows := map[*counter.Track]int{}
	for b, series := range g.bases {
		for _, s := range series {
			tr := w.track(b, s.Labels)
			if _, ok := rows[tr]; !ok {
				rows[tr] = len(t.rows)
				t.rows = append(t.rows, row{tr, absent(steps)})
			}
			w.enter(t, t.rows[rows[tr]], s)
		}
	}
	for _, tr := range w.tracker.All() {
		if _, ok := rows[tr]; !ok && tr.Present() {
			t.rows = append(t.rows, row{tr, absent(steps)})
		}
	}
	for _, r := range t.rows {
		t.markBreaks(r)
	}
	return t
}

// absent returns n values of a series that is not there.
func absent(n int) []float64 { return slices.Repeat([]float64{math.NaN()}, n) }

// enter enters samples into a row; of two spellings of one series the greater value
// counts.
func (w *walker) enter(t *gridTable, r row, s upstream.Series) {
	for _, sample := range s.Samples {
		i := int((sample.T-t.first)/t.step) - 1
		if i < 0 || i >= t.steps {
			continue
		}
		t.series[i]++
		if !(r.values[i] >= sample.V) && !w.fetch.seen.isInvalid(s.Labels, sample) {
			r.values[i] = sample.V
		}
	}
}

// markBreaks marks the steps in which a series came, went or was reset, and those
// in which it may have been reset unseen.
func (t *gridTable) markBreaks(r row) {
	present := r.track.Present()
	last, _ := r.track.Value()
	broken := -closeBreaks - 1
	for i, v := range r.values {
		here := !math.IsNaN(v)
		fell := here && present && counter.IsReset(last, v)
		if fell || here != present {
			t.mark(i, i)
			if i-broken <= closeBreaks {
				t.markHiddenResets(r.values, broken, i)
			}
			broken = i
		}
		if fell {
			t.mark(i, i+closerAfterFall)
		}
		present = here
		if here {
			last = v
		}
	}
}

// markHiddenResets marks the steps between i and j in which a counter can have been
// reset and have passed its earlier value: those that begin with no more than it
// grows by in any of the steps.
func (t *gridTable) markHiddenResets(values []float64, i, j int) {
	most := 0.0
	for n := i + 1; n < j; n++ {
		most = max(most, values[n]-values[n-1])
	}
	for n := i + 1; n < j; n++ {
		if values[n-1] <= most {
			t.mark(n, n)
		}
	}
}

// mark marks the steps from i to j.
func (t *gridTable) mark(i, j int) {
	for ; i <= j && i < t.steps; i++ {
		t.closer[i] = true
	}
}

// markAt marks the step that holds a time, if it is one of the table's.
func (t *gridTable) markAt(at int64) {
	if at > t.first && at <= t.point(t.steps-1) {
		t.closer[(at-t.first-1)/t.step] = true
	}
}

// span is a sequence of steps i, i+1, … j-1.
type span struct{ i, j int }

// spans returns the spans of steps that need a closer look.
func (t *gridTable) spans() []span {
	var all []span
	for i, closer := range t.closer {
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
func (t *gridTable) point(i int) int64 { return t.first + int64(i+1)*t.step }

// concurrentSpans is the number of spans that are asked for at a time.
const concurrentSpans = 8

// walkTable brings the tracks to the end of the table and emits its events. For
// each span it asks for the samples of one more step, up to the limit, to see how a
// counter that has just appeared goes on.
func (w *walker) walkTable(ctx context.Context, t *gridTable, limit int64, emit counter.Emitter) (caveats, error) {
	spans := t.spans()
	raw := make([]samples, len(spans))
	eg, ctx := errgroup.WithContext(ctx)
	eg.SetLimit(concurrentSpans)
	for n, s := range spans {
		eg.Go(guard.Func(func() (err error) {
			raw[n], err = w.fetch.raw(ctx, t.point(s.i-1), min(limit, t.point(s.j)))
			return err
		}))
	}
	if err := eg.Wait(); err != nil {
		return caveats{}, err
	}
	var noted caveats
	i := 0
	for n, s := range spans {
		w.growTracks(t, i, s.i, emit)
		w.tracker.Walk(w.samples(raw[n].bases, t.point(s.i-1)), t.point(s.j-1), emit)
		noted.merge(raw[n].caveats)
		i = s.j
	}
	w.growTracks(t, i, t.steps, emit)
	for _, r := range t.rows {
		r.track.SetPresent(!math.IsNaN(r.values[t.steps-1]))
	}
	return noted, nil
}

// growTracks counts the steps i … j-1 from the grid points.
func (w *walker) growTracks(t *gridTable, i, j int, emit counter.Emitter) {
	for _, r := range t.rows {
		for n := i; n < j; n++ {
			if v := r.values[n]; !math.IsNaN(v) {
				w.tracker.Grow(r.track, t.point(n), v, emit)
			}
		}
	}
}
