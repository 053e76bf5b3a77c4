package ledger_test

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/util/annotations"

	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// feed is a server under a test's control: no query sees a sample before it
// has arrived, and answers have the faults that the test sets. It implements
// ledger.Querier, and knows the skew of clocks as upstream.Client does.
type feed struct {
	*promql.Engine
	series []*fed
	// at is the server's clock, and ahead by how much the ledger's is ahead.
	at    time.Time
	ahead time.Duration
	fault
}

// fault is what is wrong with the answers. The zero value is nothing.
type fault struct {
	// down answers with an error, and empty with nothing at all.
	down, empty bool
	// without leaves series out, and says so.
	without func(labels.Labels) bool
	// since leaves out what is older.
	since time.Time
	// retention leaves out what is older than that; so does limit, which
	// moves the start of ranges and says so.
	retention, limit time.Duration
	// warning is given with each answer.
	warning string
}

// fed is a series, what of it has arrived and what is still to come.
type fed struct {
	labels  labels.Labels
	arrived []chunks.Sample
	// coming is in the order of arrival.
	coming []delivery
}

// delivery is a sample that arrives at a time, in seconds after the epoch.
type delivery struct {
	sample
	arrives int64
}

const (
	storeDown  = "store b: connection refused"
	partialNow = "receive series from Addr: b: " + storeDown
)

var errDown = errors.New("connection refused")

// newFeed returns a server to which samples are delivered at the times that
// arrives says; they are lost if it is never.
func newFeed(t testing.TB, series map[string][]sample, arrives func(s sample) int64) *feed {
	t.Helper()
	f := &feed{Engine: newPromQL()}
	for name, samples := range series {
		ls, err := parser.NewParser(parser.Options{}).ParseMetric(name)
		if err != nil {
			t.Fatal(err)
		}
		one := &fed{labels: ls}
		for _, s := range samples {
			if at := arrives(s); at != never {
				one.coming = append(one.coming, delivery{s, at})
			}
		}
		slices.SortStableFunc(one.coming, func(a, b delivery) int { return cmp.Compare(a.arrives, b.arrives) })
		f.series = append(f.series, one)
	}
	slices.SortFunc(f.series, func(a, b *fed) int { return labels.Compare(a.labels, b.labels) })
	return f
}

// never is when a sample arrives that is lost.
const never = -1

// arrive moves the server's clock to a time, by which samples have arrived.
func (f *feed) arrive(at time.Time) {
	f.at = at
	for _, s := range f.series {
		for len(s.coming) > 0 && !after(s.coming[0].arrives).After(at) {
			one := point{after(s.coming[0].seconds).UnixMilli(), s.coming[0].value}
			i, _ := slices.BinarySearchFunc(s.arrived, one.t, func(s chunks.Sample, t int64) int { return cmp.Compare(s.T(), t) })
			s.arrived, s.coming = slices.Insert(s.arrived, i, chunks.Sample(one)), s.coming[1:]
		}
	}
}

// newest returns the time of the newest sample that queries see.
func (f *feed) newest() (t time.Time) {
	for _, s := range f.series {
		if n := len(s.arrived); n > 0 && s.arrived[n-1].T() > t.UnixMilli() {
			t = time.UnixMilli(s.arrived[n-1].T()).UTC()
		}
	}
	return t
}

// now is the ledger's clock.
func (f *feed) now() time.Time { return f.at.Add(f.ahead) }

// Skew returns by how much the ledger's clock is ahead of the server's.
func (f *feed) Skew() (ahead time.Duration, known bool) { return f.ahead, true }

func (f *feed) Instant(ctx context.Context, expr string, at time.Time) ([]upstream.Series, upstream.Meta, error) {
	q, err := f.NewInstantQuery(ctx, f.seen(), nil, expr, at)
	return f.answer(ctx, q, err)
}

func (f *feed) Samples(ctx context.Context, selector func(time.Duration) string, from, to time.Time) ([]upstream.Series, upstream.Meta, error) {
	return f.Instant(ctx, selector(to.Sub(from)), to)
}

func (f *feed) Range(ctx context.Context, expr string, start, end time.Time, step time.Duration) ([]upstream.Series, upstream.Meta, error) {
	var cut time.Time
	if f.limit > 0 {
		for start.Before(f.at.Add(-f.limit)) {
			start = start.Add(step)
			cut = start
		}
		if start.After(end) {
			return nil, upstream.Meta{Cut: cut}, nil
		}
	}
	q, err := f.NewRangeQuery(ctx, f.seen(), nil, expr, start, end, step)
	series, meta, err := f.answer(ctx, q, err)
	meta.Cut = cut
	return series, meta, err
}

func (f *feed) answer(ctx context.Context, q promql.Query, err error) ([]upstream.Series, upstream.Meta, error) {
	var meta upstream.Meta
	if f.down {
		err = errDown
	}
	if err != nil {
		return nil, meta, err
	}
	series, err := evaluate(ctx, q)
	if f.without != nil {
		meta.Partial, meta.Warnings = true, []string{partialNow}
	}
	if f.warning != "" {
		meta.Warnings = append(meta.Warnings, f.warning)
	}
	return series, meta, err
}

// seen is what queries see of the series.
func (f *feed) seen() storage.Queryable {
	return storage.QueryableFunc(func(mint, maxt int64) (storage.Querier, error) {
		first := mint
		for _, limit := range []time.Duration{f.retention, f.limit} {
			if limit > 0 {
				first = max(first, f.at.Add(-limit).UnixMilli())
			}
		}
		if !f.since.IsZero() {
			first = max(first, f.since.UnixMilli())
		}
		return &storage.MockQuerier{SelectMockFunction: func(_ bool, _ *storage.SelectHints, matchers ...*labels.Matcher) storage.SeriesSet {
			return f.selected(first, maxt, matchers)
		}}, nil
	})
}

func (f *feed) selected(first, last int64, matchers []*labels.Matcher) storage.SeriesSet {
	set := &seriesSet{}
	if f.empty {
		return set
	}
	for _, s := range f.series {
		if f.without != nil && f.without(s.labels) || slices.ContainsFunc(matchers, func(m *labels.Matcher) bool { return !m.Matches(s.labels.Get(m.Name)) }) {
			continue
		}
		i, _ := slices.BinarySearchFunc(s.arrived, first, func(s chunks.Sample, t int64) int { return cmp.Compare(s.T(), t) })
		j, _ := slices.BinarySearchFunc(s.arrived, last+1, func(s chunks.Sample, t int64) int { return cmp.Compare(s.T(), t) })
		if i < j {
			set.all = append(set.all, storage.NewListSeries(s.labels, s.arrived[i:j:j]))
		}
	}
	return set
}

// seriesSet is a storage.SeriesSet.
type seriesSet struct {
	all []storage.Series
	n   int
}

func (s *seriesSet) Next() bool {
	s.n++
	return s.n <= len(s.all)
}

func (s *seriesSet) At() storage.Series              { return s.all[s.n-1] }
func (*seriesSet) Err() error                        { return nil }
func (*seriesSet) Warnings() annotations.Annotations { return nil }

// point is a chunks.Sample.
type point struct {
	t int64
	v float64
}

func (p point) T() int64                      { return p.t }
func (p point) ST() int64                     { return 0 }
func (p point) F() float64                    { return p.v }
func (p point) H() *histogram.Histogram       { return nil }
func (p point) FH() *histogram.FloatHistogram { return nil }
func (p point) Type() chunkenc.ValueType      { return chunkenc.ValFloat }
func (p point) Copy() chunks.Sample           { return p }
