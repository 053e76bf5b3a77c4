package ledger_test

import (
	"context"
	"math"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/tsdb"
	"github.com/prometheus/prometheus/util/teststorage"

	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// engine is Prometheus' own query engine and storage in this process, for
// tests that ask thousands of times. It implements ledger.Querier.
type engine struct {
	*promql.Engine
	storage *teststorage.TestStorage
	asked   atomic.Int64
	// fail, if set, answers instead.
	fail func() error
}

func newEngine(t testing.TB) *engine {
	t.Helper()
	return &engine{
		Engine:  newPromQL(),
		storage: teststorage.New(t, func(o *tsdb.Options) { o.OutOfOrderTimeWindow = (48 * time.Hour).Milliseconds() }),
	}
}

func newPromQL() *promql.Engine {
	return promql.NewEngine(promql.EngineOpts{
		MaxSamples: 50_000_000, Timeout: time.Minute, LookbackDelta: 5 * time.Minute,
		EnableAtModifier: true, EnableNegativeOffset: true,
	})
}

// sample is a value in seconds after the epoch of a test; gone is a staleness
// marker.
type sample struct {
	seconds int64
	value   float64
}

var gone = math.Float64frombits(value.StaleNaN)

func (e *engine) write(t testing.TB, epoch time.Time, series map[string][]sample) {
	t.Helper()
	app := e.storage.Appender(t.Context())
	for name, samples := range series {
		ls, err := parser.NewParser(parser.Options{}).ParseMetric(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range samples {
			if _, err := app.Append(0, ls, epoch.UnixMilli()+s.seconds*1000, s.value); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := app.Commit(); err != nil {
		t.Fatal(err)
	}
}

func (e *engine) Instant(ctx context.Context, expr string, at time.Time) ([]upstream.Series, upstream.Meta, error) {
	q, err := e.NewInstantQuery(ctx, e.storage, nil, expr, at)
	return e.run(ctx, q, err)
}

func (e *engine) Samples(ctx context.Context, selector func(time.Duration) string, from, to time.Time) ([]upstream.Series, upstream.Meta, error) {
	return e.Instant(ctx, selector(to.Sub(from)), to)
}

func (e *engine) Range(ctx context.Context, expr string, start, end time.Time, step time.Duration) ([]upstream.Series, upstream.Meta, error) {
	q, err := e.NewRangeQuery(ctx, e.storage, nil, expr, start, end, step)
	return e.run(ctx, q, err)
}

func (e *engine) run(ctx context.Context, q promql.Query, err error) ([]upstream.Series, upstream.Meta, error) {
	e.asked.Add(1)
	if err == nil && e.fail != nil {
		err = e.fail()
	}
	if err != nil {
		return nil, upstream.Meta{}, err
	}
	series, err := evaluate(ctx, q)
	return series, upstream.Meta{}, err
}

func evaluate(ctx context.Context, q promql.Query) ([]upstream.Series, error) {
	defer q.Close()
	result := q.Exec(ctx)
	return seriesOf(result.Value), result.Err
}

func seriesOf(v parser.Value) (all []upstream.Series) {
	switch v := v.(type) {
	case promql.Matrix:
		for _, s := range v {
			one := upstream.Series{Labels: s.Metric.Copy()}
			for _, f := range s.Floats {
				one.Samples = append(one.Samples, upstream.Sample{T: f.T, V: f.F})
			}
			all = append(all, one)
		}
	case promql.Vector:
		for _, s := range v {
			all = append(all, upstream.Series{Labels: s.Metric.Copy(), Samples: []upstream.Sample{{T: s.T, V: s.F}}})
		}
	}
	return all
}
