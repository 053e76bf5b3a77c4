package ledger

import (
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/ledger/counter"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// walker goes through the plan's own series from one grid point to another. It is
// for one goroutine; what it shares with others is safe for concurrent use.
type walker struct {
	plan   *promql.Plan
	groups *groups
	fetch  *fetcher
	now    func() int64
	// grid is the distance of grid points; step, a multiple of it, is the length of
	// the ledger's steps.
	grid, step int64

	tracker *counter.Tracker
	paces   *paces
	// Grid point that the tracks have reached.
	at int64
	// everyStep makes the walker look at all samples of each step.
	everyStep bool
	// lead is how far before a window a fill begins; head is the length of its
	// first request.
	lead, head time.Duration
}

// fresh returns a walker that has seen no series yet.
func (w *walker) fresh() *walker {
	c := w.withTracker(w.tracker.Fresh())
	c.paces, c.at, c.everyStep = w.paces.fresh(), 0, false
	return c
}

// withTracker returns the walker with other tracks.
func (w *walker) withTracker(t *counter.Tracker) *walker {
	c := *w
	c.tracker = t
	return &c
}

// track returns the track of a series of a base.
func (w *walker) track(base int, ls labels.Labels) *counter.Track {
	tr, isNew := w.tracker.Track(base, ls)
	if isNew {
		w.fetch.seen.addLabels(base, ls)
		tr.Group = w.groups.index(ls, w.plan.GroupBy)
		counts := w.fetch.bases[base].weight(ls)
		tr.Bad, tr.Total = counts.bad, counts.total
	}
	return tr
}

// distinguishingLabels returns the labels by which the plan distinguishes events:
// those that not all of its counters select alike.
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

// samples returns the samples after a time, each with its growth to the next.
func (w *walker) samples(bases [][]upstream.Series, after int64) []counter.Sample {
	all := make([]counter.Sample, 0, sampleCount(bases))
	for b, series := range bases {
		for _, s := range series {
			tr := w.track(b, s.Labels)
			i := len(all)
			for _, sample := range s.Samples {
				if sample.T > after && !w.fetch.seen.isInvalid(s.Labels, sample) {
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

// prime sets the tracks to their values at the very first grid point.
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

// tally adds direct counts, each to the cell that ends at its time.
func (w *walker) tally(b *batch, c directCounts) {
	for _, series := range c.series {
		group := w.groups.index(series.Labels, w.plan.GroupBy)
		for _, sample := range series.Samples {
			b.addShare(group, sample.T, c.weight, sample.V)
		}
	}
}
