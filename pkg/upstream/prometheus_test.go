package upstream_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

const (
	scrapes  = 20_000
	interval = 15 * time.Second
)

var begin = time.Now().Add(-scrapes * interval).Truncate(time.Minute)

// history is two counters, a label that is not plain, and a native histogram.
func history(w *prometheus.Writer) {
	for i, code := range []string{"200", "500"} {
		series := labels.FromStrings("__name__", "requests_total", "code", code, "http.path", "/"+code)
		samples := make([]prometheus.Sample, scrapes)
		for n := range samples {
			samples[n] = prometheus.Float(begin.Add(time.Duration(n)*interval), float64(n*(i+1)))
		}
		w.Append(series, samples...)
	}
	native := &histogram.FloatHistogram{Count: 3, Sum: 5, PositiveSpans: []histogram.Span{{Length: 1}}, PositiveBuckets: []float64{3}}
	w.Append(labels.FromStrings("__name__", "latency_seconds"), prometheus.Native(begin, native))
}

func connect(t *testing.T, o upstream.Options) *upstream.Client {
	t.Helper()
	c, err := upstream.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestPrometheus(t *testing.T) {
	server := promtest.Start(t, history)
	c := connect(t, upstream.Options{URL: server.URL, Stats: true})
	t.Run("check", func(t *testing.T) {
		if err := c.Check(t.Context()); err != nil {
			t.Error(err)
		}
	})
	t.Run("build", func(t *testing.T) {
		if b, err := c.Buildinfo(t.Context()); err != nil || b.Flavor != upstream.Prometheus {
			t.Errorf("got %+v, %v", b, err)
		}
	})
	t.Run("instant", func(t *testing.T) { testInstant(t, c) })
	t.Run("range beyond the server's limit", func(t *testing.T) { testLongRange(t, c) })
	t.Run("samples", func(t *testing.T) { testSamples(t, server.URL) })
	t.Run("clock", func(t *testing.T) { testClock(t, c) })
	t.Run("range in parts", func(t *testing.T) { testParts(t, server.URL) })
	t.Run("label values", func(t *testing.T) { testLabelValues(t, c) })
	t.Run("label names", func(t *testing.T) { testLabelNames(t, c) })
	t.Run("refusals", func(t *testing.T) { testRefusals(t, c) })
}

func testInstant(t *testing.T, c *upstream.Client) {
	at := begin.Add(10*interval + 250*time.Millisecond)
	for expr, want := range map[string][]upstream.Sample{
		`requests_total{code="500"}`:      {{T: at.UnixMilli(), V: 20}},
		`scalar(count(requests_total))`:   {{T: at.UnixMilli(), V: 2}},
		`requests_total{code="200"}[20s]`: {{T: begin.Add(9 * interval).UnixMilli(), V: 9}, {T: begin.Add(10 * interval).UnixMilli(), V: 10}},
	} {
		series, meta, err := c.Instant(t.Context(), expr, at)
		if err != nil || len(series) != 1 || !slices.Equal(series[0].Samples, want) {
			t.Errorf("%s: got %v, %v, want %v", expr, series, err, want)
		}
		if meta.Stats.Samples == 0 {
			t.Errorf("%s: no samples counted", expr)
		}
	}
}

// testLongRange asks for more points than the server allows in a request.
func testLongRange(t *testing.T, c *upstream.Client) {
	end := begin.Add((scrapes - 1) * interval)
	series, _, err := c.Range(t.Context(), "requests_total", begin, end, interval)
	if err != nil {
		t.Fatal(err)
	}
	if len(series) != 2 || series[0].Labels.Get("code") != "200" || series[1].Labels.Get("http.path") != "/500" {
		t.Fatalf("got %d series", len(series))
	}
	for i, s := range series {
		if len(s.Samples) != scrapes {
			t.Fatalf("%s has %d samples, want %d", s.Labels, len(s.Samples), scrapes)
		}
		for n, sample := range s.Samples {
			want := upstream.Sample{T: begin.Add(time.Duration(n) * interval).UnixMilli(), V: float64(n * (i + 1))}
			if sample != want {
				t.Fatalf("%s at %d: got %v, want %v", s.Labels, n, sample, want)
			}
		}
	}
}

// testParts checks that neither the client's limits nor finding out the
// server's change an answer.
func testParts(t *testing.T, url string) {
	const expr = "sum by (code) (increase(requests_total[1m]))"
	end := begin.Add(3*time.Hour + 7*time.Second)
	want, _, err := connect(t, upstream.Options{URL: url}).Range(t.Context(), expr, begin, end, 250*time.Millisecond*37)
	if err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]upstream.Options{
		"few points":       {MaxPoints: 100},
		"short ranges":     {MaxRange: 17 * time.Minute},
		"small answers":    {MaxResponse: 20_000},
		"one at a time":    {MaxPoints: 50, Concurrency: 1},
		"points and range": {MaxPoints: 7, MaxRange: time.Minute, Concurrency: 20},
	} {
		o.URL = url
		got, _, err := connect(t, o).Range(t.Context(), expr, begin, end, 250*time.Millisecond*37)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if shown, wanted := fmt.Sprint(got), fmt.Sprint(want); shown != wanted {
			t.Errorf("%s: the answer differs from the one in one piece", name)
		}
	}
}

// testSamples checks that samples at the seams of pieces are there once, with
// ranges that are open on the left (Prometheus 3) or closed (Prometheus 2).
func testSamples(t *testing.T, url string) {
	selector := func(d time.Duration) string { return fmt.Sprintf(`requests_total{code="500"}[%dms]`, d.Milliseconds()) }
	for name, o := range map[string]upstream.Options{"in one piece": {}, "in pieces": {MaxRange: 10 * time.Minute}} {
		o.URL = url
		series, meta, err := connect(t, o).Samples(t.Context(), selector, begin.Add(interval), begin.Add(8000*interval))
		if err != nil || len(series) != 1 || meta.Partial {
			t.Fatalf("%s: got %d series, %+v, %v", name, len(series), meta, err)
		}
		if n := len(series[0].Samples); n != 7999 {
			t.Errorf("%s: %d samples, want 7999", name, n)
		}
		for i, sample := range series[0].Samples {
			if want := (upstream.Sample{T: begin.Add(time.Duration(i+2) * interval).UnixMilli(), V: float64(2 * (i + 2))}); sample != want {
				t.Fatalf("%s: sample %d is %v, want %v", name, i, sample, want)
			}
		}
	}
}

func testClock(t *testing.T, c *upstream.Client) {
	if ahead, known := c.Skew(); !known || ahead.Abs() > 2*time.Second {
		t.Errorf("this machine is ahead of itself by %s (known: %v)", ahead, known)
	}
}

func testLabelValues(t *testing.T, c *upstream.Client) {
	for label, want := range map[string][]string{"code": {"200", "500"}, "http.path": {"/200", "/500"}, "missing": {}} {
		got, err := c.LabelValues(t.Context(), label, []string{"requests_total"}, begin, time.Now())
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: got %v, %v, want %v", label, got, err, want)
		}
	}
}

func testLabelNames(t *testing.T, c *upstream.Client) {
	for name, test := range map[string]struct{ matchers, want []string }{
		"of a metric":    {[]string{"requests_total"}, []string{"__name__", "code", "http.path"}},
		"of all":         {nil, []string{"__name__", "code", "http.path"}},
		"of either":      {[]string{"latency_seconds", `{code="200"}`}, []string{"__name__", "code", "http.path"}},
		"of a histogram": {[]string{"latency_seconds"}, []string{"__name__"}},
		"of nothing":     {[]string{"missing"}, []string{}},
	} {
		got, err := c.LabelNames(t.Context(), test.matchers, begin, time.Now())
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, %v, want %v", name, got, err, test.want)
		}
	}
}

func testRefusals(t *testing.T, c *upstream.Client) {
	for expr, says := range map[string]string{
		`sum(`:              "parse error",
		`latency_seconds`:   "native histograms",
		`"a string"`:        "is a string",
		`sum(rate(up[5m])`:  "unclosed left parenthesis",
		`up + on() up{a=""`: "parse error",
		// These are errors 422 of the evaluation.
		`requests_total * on () requests_total`:                             "many-to-many",
		`label_replace(sum by (code) (requests_total), "code", "", "", "")`: "same labelset",
		`label_replace(requests_total, "a", "$1", "code", "(")`:             "label_replace",
		`label_join(requests_total, "", "-", "code")`:                       "label_join",
		`topk(scalar(vector(1) / 0), requests_total)`:                       "overflows int64",
	} {
		_, _, err := c.Instant(t.Context(), expr, begin)
		if kind, _ := upstream.KindOf(err); err == nil || kind != upstream.BadQuery || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: got %v, want one that says %q", expr, err, says)
		}
	}
}

// TestPrometheusSampleLimit has a server that allows a query 3,000 samples, so
// that ranges must be halved until they fit.
func TestPrometheusSampleLimit(t *testing.T) {
	server := promtest.StartWith(t, prometheus.Options{Flags: []string{"--query.max-samples=3000"}}, history)
	c := connect(t, upstream.Options{URL: server.URL})
	end := begin.Add(4999 * interval)
	series, _, err := c.Range(t.Context(), "requests_total", begin, end, interval)
	if err != nil {
		t.Fatal(err)
	}
	if len(series) != 2 || len(series[0].Samples) != 5000 || series[1].Samples[4999].V != 9998 {
		t.Errorf("got %d series of %d samples", len(series), len(series[0].Samples))
	}
	_, _, err = c.Range(t.Context(), "sum_over_time(requests_total[1d])", end, end.Add(time.Hour), interval)
	if kind, _ := upstream.KindOf(err); kind != upstream.LimitExceeded {
		t.Errorf("got %v, want that it is too much", err)
	}
}
