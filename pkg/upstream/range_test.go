package upstream

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"pgregory.net/rapid"
)

// TestSplittingNeverChangesAnAnswer asks for a random range of random series in
// one request and in many, within the client's limits and the server's.
func TestSplittingNeverChangesAnAnswer(t *testing.T) {
	var current atomic.Pointer[world]
	address, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { current.Load().ServeHTTP(w, r) })
	whole := impatient(t, Options{URL: address})
	rapid.Check(t, func(t *rapid.T) {
		asked := drawSpan(t)
		series := drawSeries(t, asked)
		current.Store(&world{series: series})
		want, _, err := ask(whole, asked)
		if err != nil {
			t.Fatal(err)
		}
		split := impatientT(t, Options{
			URL:       address,
			MaxPoints: rapid.IntRange(1, 20).Draw(t, "points of the client"),
			MaxRange:  time.Duration(rapid.Int64Range(0, 20*asked.step).Draw(t, "length of the client")) * time.Millisecond,
		})
		current.Store(&world{series: series, maxPoints: rapid.Int64Range(1, 20).Draw(t, "points of the server")})
		got, _, err := ask(split, asked)
		if err != nil {
			t.Fatal(err)
		}
		if !sameSeries(got, want) {
			t.Fatalf("%+v in parts is\n%v, in one piece\n%v", asked, got, want)
		}
	})
}

func impatientT(t *rapid.T, o Options) *Client {
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func ask(c *Client, s span) ([]Series, Meta, error) {
	// The end lies anywhere before the next time.
	end := time.UnixMilli(s.end() + s.step/2)
	return c.Range(context.Background(), "x", time.UnixMilli(s.start), end, time.Duration(s.step)*time.Millisecond)
}

func drawSpan(t *rapid.T) span {
	return span{
		start: rapid.Int64Range(1_600_000_000_000, 1_700_000_000_000).Draw(t, "start"),
		step:  rapid.OneOf(rapid.Int64Range(1, 5000), rapid.Just(int64(300_000))).Draw(t, "step"),
		n:     rapid.Int64Range(1, 60).Draw(t, "points"),
	}
}

// drawSeries are series with gaps, so that some are missing from some parts.
func drawSeries(t *rapid.T, s span) []Series {
	var all []Series
	for i := range rapid.IntRange(0, 4).Draw(t, "series") {
		series := Series{Labels: labels.FromStrings("i", fmt.Sprint(i))}
		for at := range s.n {
			if rapid.IntRange(0, 3).Draw(t, "present") > 0 {
				value := rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), math.Inf(-1)})).Draw(t, "value")
				series.Samples = append(series.Samples, Sample{T: s.start + at*s.step, V: value})
			}
		}
		all = append(all, series)
	}
	return all
}

func TestSpanSplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := drawSpan(t)
		maxPoints := rapid.Int64Range(0, 70).Draw(t, "points")
		maxRange := time.Duration(rapid.Int64Range(0, 70*whole.step).Draw(t, "length")) * time.Millisecond
		next := whole.start
		for _, part := range whole.split(maxPoints, maxRange) {
			if part.start != next || part.step != whole.step || part.n < 1 {
				t.Fatalf("%+v does not go on at %d", part, next)
			}
			if maxPoints > 0 && part.n > maxPoints {
				t.Fatalf("%+v has more than %d points", part, maxPoints)
			}
			if length := time.Duration(part.end()-part.start) * time.Millisecond; maxRange > 0 && length > maxRange {
				t.Fatalf("%+v is longer than %s", part, maxRange)
			}
			next = part.end() + part.step
		}
		if next != whole.end()+whole.step {
			t.Fatalf("the parts end before %d, the whole before %d", next, whole.end()+whole.step)
		}
	})
}

func TestRangeRequests(t *testing.T) {
	step := 5 * time.Minute
	asked := span{start: epoch.UnixMilli(), step: step.Milliseconds(), n: 11_001}
	for name, test := range map[string]struct {
		options   Options
		serverMax int64
		requests  int32
	}{
		"11,001 points make two requests":    {Options{}, 11_000, 2},
		"the server's limit is found out":    {Options{}, 3000, 1 + 1 + 4 + 1},
		"the client's limit is kept":         {Options{MaxPoints: 1000}, 1000, 12},
		"the longest range is kept":          {Options{MaxRange: 30 * 24 * time.Hour}, 8641, 2},
		"a limit beyond the range is no bar": {Options{MaxPoints: 20_000, MaxRange: 1000 * 24 * time.Hour}, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			w := world{series: []Series{counting(asked, "x"), counting(asked, "y")}, maxPoints: test.serverMax}
			address, requests := serve(t, w.ServeHTTP)
			test.options.URL = address
			series, _, err := ask(impatient(t, test.options), asked)
			if err != nil {
				t.Fatal(err)
			}
			if !sameSeries(series, w.series) {
				t.Error("the answer is not what the server has")
			}
			if n := requests.Load(); n != test.requests {
				t.Errorf("%d requests, want %d", n, test.requests)
			}
		})
	}
}

// TestRangeWithLookback keeps the range of the expression within the limit too, unless
// that alone exceeds it.
func TestRangeWithLookback(t *testing.T) {
	for name, test := range map[string]struct {
		expr     string
		requests int32
	}{
		"no selector":            {"vector(1)", 5},
		"a short range":          {"rate(x[1m])", 5},
		"a range":                {"rate(x[1h])", 9},
		"beyond the limit":       {"rate(x[3h])", 5},
		"not Prometheus' PromQL": {"rate(x)", 5},
	} {
		t.Run(name, func(t *testing.T) {
			address, requests := serve(t, world{}.ServeHTTP)
			c := impatient(t, Options{URL: address, MaxRange: 2 * time.Hour})
			if got := c.MaxRange(); got != 2*time.Hour {
				t.Errorf("the longest range is %s", got)
			}
			_, _, err := c.Range(t.Context(), test.expr, epoch, epoch.Add(10*time.Hour-10*time.Minute), 10*time.Minute)
			if n := requests.Load(); err != nil || n != test.requests {
				t.Errorf("%d requests, %v; want %d", n, err, test.requests)
			}
		})
	}
}

// TestRangeGivesUp has a server for which even one point is too much.
func TestRangeGivesUp(t *testing.T) {
	address, requests := serve(t, apiError(422, "execution", "query processing would load too many samples into memory in query execution"))
	_, _, err := ask(impatient(t, Options{URL: address, Concurrency: 1}), span{start: 0, step: 1000, n: 1024})
	wantError(t, err, LimitExceeded, "too many samples")
	if n := requests.Load(); n < 11 || n > 30 {
		t.Errorf("%d requests to get from 1024 points to one", n)
	}
}

func TestRangeSplitsLargeAnswers(t *testing.T) {
	asked := span{start: 0, step: 1000, n: 500}
	w := world{series: []Series{counting(asked, "x")}}
	address, _ := serve(t, w.ServeHTTP)
	series, _, err := ask(impatient(t, Options{URL: address, MaxResponse: 2000}), asked)
	if err != nil || !sameSeries(series, w.series) {
		t.Errorf("got %v, %v", series, err)
	}
}

func TestRangeFails(t *testing.T) {
	at := func(body string) http.HandlerFunc { return say(200, "application/json", body) }
	matrix := func(values string) string {
		return `{"status":"success","data":{"resultType":"matrix","result":[` + values + `]}}`
	}
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		says    string
	}{
		"a time between the steps": {at(matrix(`{"metric":{},"values":[[0,"1"],[7,"2"]]}`)), "not asked for"},
		"a time after the end":     {at(matrix(`{"metric":{},"values":[[60,"1"]]}`)), "not asked for"},
		"a time before the start":  {at(matrix(`{"metric":{},"values":[[-10,"1"]]}`)), "not asked for"},
		"a time twice":             {at(matrix(`{"metric":{},"values":[[10,"1"],[10,"1"]]}`)), "not in order"},
		"a series twice":           {at(matrix(`{"metric":{"a":"b"},"values":[[0,"1"]]},{"metric":{"a":"b"},"values":[[0,"1"]]}`)), "same series twice"},
	} {
		t.Run(name, func(t *testing.T) {
			address, _ := serve(t, test.handler)
			_, _, err := ask(impatient(t, Options{URL: address}), span{start: 0, step: 10_000, n: 5})
			wantError(t, err, NotPrometheus, test.says)
		})
	}
}

func TestRangeFailsWithOnePart(t *testing.T) {
	asked := span{start: 0, step: 1000, n: 100}
	w := world{series: []Series{counting(asked, "x")}}
	address, _ := serve(t, func(rw http.ResponseWriter, r *http.Request) {
		if askedMillis(r, "start") == 50_000 {
			apiError(422, "execution", "many-to-many matching not allowed")(rw, r)
			return
		}
		w.ServeHTTP(rw, r)
	})
	series, _, err := ask(impatient(t, Options{URL: address, MaxPoints: 10}), asked)
	wantError(t, err, BadQuery, "many-to-many")
	if series != nil {
		t.Error("a partial answer with an error")
	}
}

func TestRangeRefuses(t *testing.T) {
	c := impatient(t, Options{URL: "http://127.0.0.1:1", MaxPoints: 10})
	for name, ask := range map[string]func() error{
		"before it starts": func() error {
			_, _, err := c.Range(t.Context(), "x", epoch, epoch.Add(-time.Second), time.Second)
			return err
		},
		"not a positive": func() error {
			_, _, err := c.Range(t.Context(), "x", epoch, epoch, 0)
			return err
		},
		"whole milliseconds": func() error {
			_, _, err := c.Range(t.Context(), "x", epoch, epoch, 1500*time.Microsecond)
			return err
		},
		"@ start() or @ end()": func() error {
			_, _, err := c.Range(t.Context(), "x @ end()", epoch, epoch.Add(time.Hour), time.Second)
			return err
		},
	} {
		wantError(t, ask(), BadQuery, name)
	}
}

func TestMetaOfParts(t *testing.T) {
	address, _ := serve(t, say(200, "application/json",
		`{"status":"success","data":{"resultType":"matrix","result":[],"stats":{"samples":{"totalQueryableSamples":5,"peakSamples":3}}},"warnings":["w"],"infos":["i"]}`))
	_, meta, err := ask(impatient(t, Options{URL: address, MaxPoints: 10, Stats: true}), span{start: 0, step: 1000, n: 30})
	want := Meta{Warnings: []string{"w"}, Infos: []string{"i"}, Partial: true, Stats: Stats{Samples: 15, PeakSamples: 3}}
	if err != nil || !reflect.DeepEqual(meta, want) {
		t.Errorf("got %+v, %v, want %+v", meta, err, want)
	}
}
