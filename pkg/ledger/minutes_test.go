package ledger_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// gaugeOf is an indicator whose events are the samples of a gauge.
var gaugeOf = slo.BoolGauge{Query: slo.Query{Expr: "m"}}

// gaugesAt returns gauges with a sample at each of the moments.
func gaugesAt(moments map[string][]int64) map[string][]sample {
	series := map[string][]sample{}
	for instance, at := range moments {
		for _, t := range at {
			key := fmt.Sprintf(`m{job="j",instance="%s"}`, instance)
			series[key] = append(series[key], sample{t, 1})
		}
	}
	return series
}

// one returns the moments of one gauge.
func one(moments ...[]int64) map[string][]int64 {
	var all []int64
	for _, some := range moments {
		all = append(all, some...)
	}
	return map[string][]int64{"a": all}
}

// jittered returns moments that are up to ten seconds late.
func jittered(interval, to int64) (all []int64) {
	for i := int64(1); i*interval < to; i++ {
		all = append(all, i*interval+20+i*7919%11)
	}
	return all
}

// Samples of a gauge are events, so that what is lost of them is missing, also
// within a step; what is scraped rarely, irregularly, at another interval than
// before or by other processes than before is not.
func TestLostSamplesOfGauges(t *testing.T) {
	const end = 36 * hour
	lose := func(off, of, at int64) func(int64) bool {
		return func(t int64) bool { return (t+at)%of < off }
	}
	tests := []struct {
		name    string
		moments map[string][]int64
		// want is the coverage of the last day, give or take so much.
		want, within float64
	}{
		{"10 minutes of 40, every 15 s", one(moments(15, 3, end, lose(600, 2400, 100))), 0.75, 0.03},
		{"10 minutes of 40, every 30 s", one(moments(30, 17, end, lose(600, 2400, 0))), 0.75, 0.03},
		{"10 minutes of 40, every 30 s, across steps", one(moments(30, 17, end, lose(600, 2400, 100))), 0.75, 0.03},
		{"10 minutes of 40, every minute", one(moments(60, 17, end, lose(600, 2400, 200))), 0.75, 0.03},
		{"10 minutes of 40, every 2 minutes", one(moments(120, 17, end, lose(600, 2400, 100))), 0.75, 0.03},
		{"10 minutes of 40, every 150 s", one(moments(150, 17, end, lose(600, 2400, 200))), 0.75, 0.03},
		{"5 minutes of 15, every minute", one(moments(60, 17, end, lose(300, 900, 100))), 0.667, 0.03},
		{"5 minutes of 40, every 30 s", one(moments(30, 17, end, lose(300, 2400, 150))), 0.875, 0.03},
		{"5 minutes of 40, of one gauge of two", map[string][]int64{"a": moments(30, 17, end, lose(300, 2400, 150)), "b": moments(30, 20, end, nil)}, 1, 0},
		{"one sample of ten, every minute", one(moments(60, 17, end, lose(60, 600, 0))), 1, 0},
		{"nothing is lost, every 15 s", one(moments(15, 3, end, nil)), 1, 0},
		{"nothing is lost, every minute, jittered", one(jittered(60, end)), 1, 0},
		{"nothing is lost, every 2 minutes, jittered", one(jittered(120, end)), 1, 0},
		{"nothing is lost, every 4 minutes, jittered", one(jittered(240, end)), 1, 0.002},
		{"nothing is lost, every 5 minutes, jittered", one(jittered(300, end)), 1, 0.002},
		{"every minute, then every 2", one(moments(60, 17, 24*hour, nil), moments(120, 24*hour+17, end, nil)), 1, 0.002},
		{"every 15 s, then every 2 minutes", one(moments(15, 3, 24*hour, nil), moments(120, 24*hour+17, end, nil)), 1, 0.002},
		{"every 30 s, then every 5 minutes", one(moments(30, 17, 24*hour, nil), moments(300, 24*hour+17, end, nil)), 1, 0.003},
		{"every 30 s, then every 15 minutes", one(moments(30, 17, 24*hour, nil), moments(900, 24*hour+17, end, nil)), 1, 0.07},
		{"every 15 minutes, then every 30 s", one(moments(900, 17, 24*hour, nil), moments(30, 24*hour+17, end, nil)), 1, 0.012},
		{"three processes, then one", map[string][]int64{"a": moments(30, 17, end, nil), "b": moments(30, 20, 24*hour, nil), "c": moments(30, 5, 24*hour, nil)}, 1, 0},
		{"a process is replaced", map[string][]int64{"a": moments(30, 17, 24*hour, nil), "b": moments(30, 24*hour+20, end, nil)}, 1, 0},
		{"every 7 and 15 minutes", map[string][]int64{"a": moments(420, 17, end, nil), "b": moments(900, 20, end, nil)}, 1, 0.002},
		{"every minute and every 10", map[string][]int64{"a": moments(60, 17, end, nil), "b": moments(600, 20, end, nil)}, 1, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := newEngine(t)
			server.write(t, epoch, gaugesAt(test.moments))
			now := after(end)
			coverage := func(l *ledger.Ledger) float64 {
				return mustFill(t, l, now.Add(-day), now).Groups[0].Curve.Reading(now.Add(-day), now.Add(-40*time.Minute)).Coverage
			}
			cold := ledger.New(server, compile(t, gaugeOf), ledger.Options{Now: func() time.Time { return now }})
			got := coverage(cold)
			if math.Abs(got-test.want) > test.within+1e-9 {
				t.Errorf("coverage is %v, want %v", got, test.want)
			}
			now = after(end - 6*hour)
			warm := ledger.New(server, compile(t, gaugeOf), ledger.Options{Now: func() time.Time { return now }, Fresh: time.Second})
			for ; now.Before(after(end)); now = now.Add(4 * time.Minute) {
				mustFill(t, warm, now.Add(-day), now)
			}
			now = after(end)
			// Of a gap that begins in a sealed step up to two minutes go unnoticed.
			if warmed := coverage(warm); warmed-got > 0.04 || warmed < got-0.005 {
				t.Errorf("coverage is %v if it is asked for now and then, and %v at once", warmed, got)
			}
		})
	}
}

// minuteQuestions counts the queries for minutes with samples.
type minuteQuestions struct {
	ledger.Querier
	asked atomic.Int64
}

func (q *minuteQuestions) Range(ctx context.Context, expr string, start, end time.Time, step time.Duration) ([]upstream.Series, upstream.Meta, error) {
	if strings.Contains(expr, "2 ^ ((time() / 60)") {
		q.asked.Add(1)
	}
	return q.Querier.Range(ctx, expr, start, end, step)
}

// Alert rules ask every minute; minutes with samples matter once a step is sealed.
func TestMinutesOfSealedStepsOnly(t *testing.T) {
	const end = 12 * hour
	server := newEngine(t)
	server.write(t, epoch, gaugesAt(one(moments(30, 17, end, nil))))
	asked := &minuteQuestions{Querier: server}
	now := after(end - hour)
	l := ledger.New(asked, compile(t, gaugeOf), ledger.Options{Now: func() time.Time { return now }, Fresh: time.Second})
	mustFill(t, l, now.Add(-6*time.Hour), now)
	if asked.asked.Swap(0) == 0 {
		t.Fatal("nobody asked for minutes at first")
	}
	for range 30 {
		now = now.Add(time.Minute)
		mustFill(t, l, now.Add(-6*time.Hour), now)
	}
	if steps, n := int64(30*time.Minute/ledger.DefaultStep), asked.asked.Load(); n < steps-1 || n > steps+1 {
		t.Errorf("asked %d times for minutes in %d steps", n, steps)
	}
}
