package upstream

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"pgregory.net/rapid"
)

// rawServer answers instant queries of x[d] with the samples of its series.
type rawServer struct {
	series []Series
	// closed ranges have the sample at their left edge too, as in Prometheus 2.
	closed bool
	// longest is the longest range that it answers, and most the most samples.
	longest time.Duration
	most    int
}

func (s rawServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	length := rangeOf(r)
	if s.longest > 0 && length > s.longest {
		apiError(422, "execution", "the query time range exceeds the limit (query length: 745h0m0s, limit: 720h0m0s) (err-mimir-max-query-length)")(w, r)
		return
	}
	seen, n := s.in(askedMillis(r, "time"), length.Milliseconds())
	if s.most > 0 && n > s.most {
		apiError(422, "execution", "query processing would load too many samples into memory in query execution")(w, r)
		return
	}
	say(200, "application/json", encode(seen))(w, r)
}

func rangeOf(r *http.Request) time.Duration {
	expr := r.FormValue("query")
	length, err := model.ParseDuration(expr[len("x[") : len(expr)-1])
	if err != nil {
		panic(err)
	}
	return time.Duration(length)
}

func (s rawServer) in(to, length int64) (seen []Series, n int) {
	for _, one := range s.series {
		var samples []Sample
		for _, sample := range one.Samples {
			if sample.T > to-length && sample.T <= to || s.closed && sample.T == to-length {
				samples = append(samples, sample)
			}
		}
		if len(samples) > 0 {
			seen = append(seen, Series{Labels: one.Labels, Samples: samples})
		}
		n += len(samples)
	}
	rand.Shuffle(len(seen), func(i, j int) { seen[i], seen[j] = seen[j], seen[i] })
	return seen, n
}

func selectX(d time.Duration) string { return "x[" + strconv.FormatInt(d.Milliseconds(), 10) + "ms]" }

// TestSplittingLosesNoSample asks for random samples in pieces, within limits of
// the client and of the server, which may have samples at their edges.
func TestSplittingLosesNoSample(t *testing.T) {
	var current atomic.Pointer[rawServer]
	address, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { current.Load().ServeHTTP(w, r) })
	rapid.Check(t, func(t *rapid.T) {
		const minute = 60_000
		asked := timeRange{from: epoch.UnixMilli()}
		asked.to = asked.from + minute*rapid.Int64Range(1, 60).Draw(t, "minutes")
		server := &rawServer{
			closed:  rapid.Bool().Draw(t, "closed"),
			longest: time.Duration(rapid.Int64Range(0, 30).Draw(t, "longest of the server")) * 2 * time.Minute,
			most:    rapid.SampledFrom([]int{0, 100, 500}).Draw(t, "samples of the server"),
		}
		var want []Series
		for i := range rapid.IntRange(0, 3).Draw(t, "series") {
			s := Series{Labels: labels.FromStrings("i", fmt.Sprint(i))}
			in := s
			step := rapid.SampledFrom([]int64{5_000, 15_000, 61_000}).Draw(t, "interval")
			for at := asked.from - 5*step; at < asked.to+5*step; at += step {
				sample := Sample{T: at, V: float64(at)}
				s.Samples = append(s.Samples, sample)
				if at > asked.from && at <= asked.to {
					in.Samples = append(in.Samples, sample)
				}
			}
			server.series = append(server.series, s)
			if len(in.Samples) > 0 {
				want = append(want, in)
			}
		}
		current.Store(server)
		c := impatientT(t, Options{URL: address, MaxRange: time.Duration(rapid.Int64Range(0, 20).Draw(t, "longest of the client")) * time.Minute})
		got, _, err := c.Samples(context.Background(), selectX, time.UnixMilli(asked.from), time.UnixMilli(asked.to))
		if err != nil {
			t.Fatal(err)
		}
		if !sameSeries(got, want) {
			t.Fatalf("got\n%v, want\n%v", got, want)
		}
	})
}

func TestSamplesRequests(t *testing.T) {
	asked := span{start: epoch.UnixMilli(), step: 60_000, n: 7*24*60 + 1}
	world := Series{Labels: labels.FromStrings("a", "b"), Samples: counting(asked, "x").Samples}
	for name, test := range map[string]struct {
		server   rawServer
		longest  time.Duration
		requests int32
	}{
		"in one piece":                  {rawServer{}, 0, 1},
		"the client's limit":            {rawServer{longest: 24 * time.Hour}, 24 * time.Hour, 7},
		"the server's limit":            {rawServer{longest: 2 * 24 * time.Hour}, 0, 2 + 4},
		"the server's limit on samples": {rawServer{most: 6000}, 0, 1 + 2},
	} {
		t.Run(name, func(t *testing.T) {
			test.server.series = []Series{world}
			address, requests := serve(t, test.server.ServeHTTP)
			c := impatient(t, Options{URL: address, MaxRange: test.longest})
			series, _, err := c.Samples(t.Context(), selectX, epoch, epoch.Add(7*24*time.Hour))
			if err != nil || len(series) != 1 || len(series[0].Samples) != 7*24*60 {
				t.Fatalf("got %d series, %v", len(series), err)
			}
			if n := requests.Load(); n != test.requests {
				t.Errorf("%d requests, want %d", n, test.requests)
			}
		})
	}
}

func TestSamplesFail(t *testing.T) {
	at := func(values string) http.HandlerFunc {
		return say(200, "application/json", `{"status":"success","data":{"resultType":"matrix","result":[`+values+`]}}`)
	}
	for name, test := range map[string]struct {
		handler  http.HandlerFunc
		kind     Kind
		says     string
		requests int32
	}{
		"a time after the end": {at(`{"metric":{},"values":[[1700000101,"1"],[1700003701,"2"]]}`), NotPrometheus, "not asked for", 1},
		"a time twice":         {at(`{"metric":{},"values":[[1700000101,"1"],[1700000101,"2"]]}`), NotPrometheus, "not in order", 1},
		"a series twice":       {at(`{"metric":{},"values":[[1700000101,"1"]]},{"metric":{},"values":[[1700000101,"1"]]}`), NotPrometheus, "same series twice", 1},
		"always too much":      {apiError(422, "execution", "exceeded series limit"), LimitExceeded, "series limit", 7},
		"the expression":       {apiError(400, "bad_data", "parse error"), BadQuery, "parse error", 1},
	} {
		t.Run(name, func(t *testing.T) {
			address, requests := serve(t, test.handler)
			series, _, err := impatient(t, Options{URL: address}).Samples(t.Context(), selectX, epoch, epoch.Add(time.Hour))
			wantError(t, err, test.kind, test.says)
			if series != nil {
				t.Error("samples with an error")
			}
			if n := requests.Load(); n != test.requests {
				t.Errorf("%d requests, want %d", n, test.requests)
			}
		})
	}
	_, _, err := impatient(t, Options{URL: "http://127.0.0.1:1"}).Samples(t.Context(), selectX, epoch, epoch)
	wantError(t, err, BadQuery, "is not after")
}
