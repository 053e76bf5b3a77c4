package ledger

import (
	"math"
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/ledger/counter"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
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
	// everyStep has all steps looked at sample by sample.
	everyStep bool
	// lead is how far before its beginning a fill looks, head how long its
	// first request is.
	lead, head time.Duration
}

// fresh returns a walker that has met no series yet.
func (w *walker) fresh() *walker {
	c := w.withTracker(w.tracker.Fresh())
	c.at, c.everyStep = 0, false
	return c
}

// withTracker returns the walker with other tracks.
func (w *walker) withTracker(t *counter.Tracker) *walker {
	c := *w
	c.tracker = t
	return &c
}

// track returns that of a series of a base.
func (w *walker) track(base int, ls labels.Labels) *counter.Track {
	tr, isNew := w.tracker.Track(base, ls)
	if isNew {
		w.fetch.noteLabels(base, ls)
		tr.Group = w.groups.index(ls, w.plan.GroupBy)
		counts := w.fetch.bases[base].weight(ls)
		tr.Bad, tr.Total = counts.bad, counts.total
	}
	return tr
}

// distinguishingLabels returns the labels by which the plan tells events apart: those that
// not all of its counters select alike.
func distinguishingLabels(plan *promql.Plan) (names []string) {
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

// growTracks takes the steps i … j-1 from the grid.
func (w *walker) growTracks(c *gridTable, i, j int, emit counter.Emitter) {
	for _, l := range c.rows {
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
				if sample.T > after && !w.fetch.isInvalid(s.Labels, sample) {
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
func (w *walker) prime(g *gridValues, first int64) {
	for b, series := range g.bases {
		for _, s := range series {
			tr := w.track(b, s.Labels)
			if i := slices.IndexFunc(s.Samples, func(s upstream.Sample) bool { return s.T == first }); i >= 0 {
				w.tracker.Prime(tr, first, s.Samples[i].V)
			}
		}
	}
}

// tally enters direct counts, each for the cell that ends at its time.
func (w *walker) tally(s *batch, c directCounts) {
	for _, series := range c.series {
		group := w.groups.index(series.Labels, w.plan.GroupBy)
		for _, sample := range series.Samples {
			s.addShare(group, sample.T, c.weight, sample.V)
		}
	}
}
