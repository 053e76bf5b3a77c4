package upstream

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"pgregory.net/rapid"
)

// retaining answers range queries as Mimir does: nothing that ends before its cut,
// and what begins before it from just there. The cut moves on with every request.
type retaining struct {
	cut, drift int64
	series     []Series
	asked      atomic.Int64
}

func (s *retaining) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	cut := s.cut + s.drift*(s.asked.Add(1)-1)
	asked, end := askedSpan(r), askedMillis(r, "end")
	if end < cut {
		say(200, "application/json", `{"status":"success","data":{"resultType":"matrix","result":[]}}`)(w, r)
		return
	}
	if asked.start < cut {
		asked.start, asked.n = cut, (end-cut)/asked.step+1
	}
	if r.FormValue("query") == "vector(1)" {
		say(200, "application/json", encode([]Series{counting(asked, "")}))(w, r)
		return
	}
	say(200, "application/json", encode(stepped(s.series, asked)))(w, r)
}

// stepped returns the latest sample of each series in the step before each time.
func stepped(series []Series, asked span) (seen []Series) {
	for _, s := range series {
		out := Series{Labels: s.Labels}
		for i := range asked.n {
			t := asked.start + i*asked.step
			for j := len(s.Samples) - 1; j >= 0; j-- {
				if at := s.Samples[j].T; at <= t && at > t-asked.step {
					out.Samples = append(out.Samples, Sample{T: t, V: s.Samples[j].V})
					break
				}
			}
		}
		if len(out.Samples) > 0 {
			seen = append(seen, out)
		}
	}
	return seen
}

// TestRetention has random series, of which the server leaves out the beginning. One
// of them is always there: nobody notices the cut in an empty answer.
func TestRetention(t *testing.T) {
	var current atomic.Pointer[retaining]
	address, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { current.Load().ServeHTTP(w, r) })
	rapid.Check(t, func(t *rapid.T) {
		asked := span{start: epoch.UnixMilli(), step: 10_000, n: rapid.Int64Range(1, 40).Draw(t, "points")}
		server := &retaining{
			cut:   asked.start + rapid.Int64Range(-20_000, 420_000).Draw(t, "cut"),
			drift: rapid.SampledFrom([]int64{0, 1, 500}).Draw(t, "drift"),
		}
		for i := range 3 {
			s := Series{Labels: labels.FromStrings("i", fmt.Sprint(i))}
			from := asked.start - 60_000
			if i > 0 {
				from += rapid.Int64Range(0, 460_000).Draw(t, "born later")
			}
			for at := from; at < asked.end()+20_000; at += 7_000 {
				s.Samples = append(s.Samples, Sample{T: at, V: float64(at)})
			}
			server.series = append(server.series, s)
		}
		current.Store(server)
		c := impatientT(t, Options{URL: address, MaxPoints: rapid.IntRange(1, 50).Draw(t, "points of the client"), Concurrency: 1})
		got, meta, err := ask(c, asked)
		if err != nil {
			t.Fatal(err)
		}
		latest := server.cut + server.drift*server.asked.Load()
		if lost(stepped(server.series, asked), got, latest) {
			t.Fatalf("cut at %d to %d: lost some in\n%v", server.cut, latest, got)
		}
		if meta.Cut.IsZero() {
			return
		}
		if cut := meta.Cut.UnixMilli(); cut < server.cut || cut >= latest+asked.step {
			t.Fatalf("cut reported as %d, is at %d to %d", cut, server.cut, latest)
		}
		for _, s := range got {
			if s.Samples[0].T < meta.Cut.UnixMilli() {
				t.Fatalf("a sample at %d before the cut at %s", s.Samples[0].T, meta.Cut)
			}
		}
	})
}

// lost reports whether any sample from a time on is missing.
func lost(all, got []Series, from int64) bool {
	has := map[string]map[int64]float64{}
	for _, s := range got {
		has[s.Labels.String()] = map[int64]float64{}
		for _, sample := range s.Samples {
			has[s.Labels.String()][sample.T] = sample.V
		}
	}
	for _, s := range all {
		for _, sample := range s.Samples {
			if v, ok := has[s.Labels.String()][sample.T]; sample.T >= from && (!ok || v != sample.V) {
				return true
			}
		}
	}
	return false
}

func TestCut(t *testing.T) {
	asked := span{start: epoch.UnixMilli(), step: 60_000, n: 100}
	at := func(i, offset int64) int64 { return asked.start + i*asked.step + offset }
	dense := func(from int64) []Series {
		s := Series{Labels: labels.FromStrings("a", "b")}
		for t := from; t <= asked.end(); t += 15_000 {
			s.Samples = append(s.Samples, Sample{T: t, V: 1})
		}
		return []Series{s}
	}
	for name, test := range map[string]struct {
		cut       int64
		series    []Series
		maxPoints int
		want      int64 // 0 is no cut
		samples   int
		requests  int64
	}{
		"before the range":               {at(-5, 7), dense(at(-5, 0)), 0, 0, 100, 1},
		"just after the start":           {at(0, 7), dense(at(-5, 0)), 0, at(1, 0), 99, 3},
		"in the middle":                  {at(50, 7), dense(at(-5, 0)), 0, at(51, 0), 49, 3},
		"in the middle, on the grid":     {at(50, 0), dense(at(-5, 0)), 0, 0, 50, 1},
		"in one of several parts":        {at(55, 7), dense(at(-5, 0)), 10, at(56, 0), 44, 12},
		"before the last time":           {at(98, 7), dense(at(-5, 0)), 0, at(99, 0), 1, 3},
		"between the series and its end": {at(50, 7), dense(at(70, 40_000)), 0, at(51, 0), 29, 3},
		"after the range":                {at(200, 7), dense(at(-5, 0)), 0, 0, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			server := &retaining{cut: test.cut, series: test.series}
			address, _ := serve(t, server.ServeHTTP)
			series, meta, err := ask(impatient(t, Options{URL: address, MaxPoints: test.maxPoints}), asked)
			if err != nil {
				t.Fatal(err)
			}
			samples := 0
			for _, s := range series {
				samples += len(s.Samples)
			}
			if samples != test.samples {
				t.Errorf("%d samples, want %d", samples, test.samples)
			}
			got := int64(0)
			if !meta.Cut.IsZero() {
				got = meta.Cut.UnixMilli()
			}
			if got != test.want || (len(meta.Warnings) == 1) != (test.want != 0) || meta.Partial {
				t.Errorf("cut at %s with %q, want %s", meta.Cut, meta.Warnings, time.UnixMilli(test.want).UTC())
			}
			if n := server.asked.Load(); n != test.requests {
				t.Errorf("%d requests, want %d", n, test.requests)
			}
		})
	}
}

// TestNotCut has servers that move times for other reasons, each time.
func TestNotCut(t *testing.T) {
	for name, move := range map[string]func(span) span{
		"to a grid of its own": func(s span) span { s.start = s.start/7_000*7_000 + 7_000; s.step = 7_000; return s },
		"to before the start":  func(s span) span { s.start -= 3_000; return s },
		"by a second":          func(s span) span { s.start += 1_000; s.n--; return s },
	} {
		t.Run(name, func(t *testing.T) {
			address, requests := serve(t, func(w http.ResponseWriter, r *http.Request) {
				asked := move(askedSpan(r))
				say(200, "application/json", encode([]Series{counting(asked, "x")}))(w, r)
			})
			c := impatient(t, Options{URL: address})
			_, _, err := c.Range(context.Background(), "x", time.UnixMilli(7_000), time.UnixMilli(1_007_000), 10*time.Second)
			wantError(t, err, NotPrometheus, "not asked for")
			if n := requests.Load(); n > 2*maxCutTries {
				t.Errorf("%d requests", n)
			}
		})
	}
}
