package upstream

import (
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
)

const okBody = `{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":"b"},"value":[1,"2"]}]}}`

var epoch = time.Unix(1_700_000_100, 0).UTC()

// serve starts a server that counts its requests.
func serve(t testing.TB, handler http.HandlerFunc) (url string, requests *atomic.Int32) {
	t.Helper()
	requests = new(atomic.Int32)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		handler(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL, requests
}

// impatient is a client that waits only for moments between its tries.
func impatient(t testing.TB, o Options) *Client {
	t.Helper()
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	c.retries = retryPolicy{maxTries: 4, first: time.Millisecond, max: 5 * time.Millisecond, maxWait: 20 * time.Millisecond}
	return c
}

func say(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

func apiError(status int, errorType, message string) http.HandlerFunc {
	return say(status, "application/json", fmt.Sprintf(`{"status":"error","errorType":%q,"error":%q}`, errorType, message))
}

// first answers the first n requests with one handler, then with another.
func first(n int32, bad, good http.HandlerFunc) http.HandlerFunc {
	var served atomic.Int32
	return func(w http.ResponseWriter, r *http.Request) {
		if served.Add(1) <= n {
			bad(w, r)
			return
		}
		good(w, r)
	}
}

// world answers range queries with the series of a world, as long as they
// keep within its limit of points.
type world struct {
	series    []Series
	maxPoints int64
}

func (w world) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	asked := askedSpan(r)
	if w.maxPoints > 0 && asked.n > w.maxPoints {
		apiError(400, "bad_data", "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)")(rw, r)
		return
	}
	say(200, "application/json", encode(w.in(asked)))(rw, r)
}

// in is the part of the world that a span sees; series without samples in it
// are left out, as Prometheus does.
func (w world) in(asked span) []Series {
	var seen []Series
	for _, s := range w.series {
		var samples []Sample
		for _, sample := range s.Samples {
			if asked.has(sample.T) {
				samples = append(samples, sample)
			}
		}
		if len(samples) > 0 {
			seen = append(seen, Series{s.Labels, samples})
		}
	}
	return seen
}

func askedSpan(r *http.Request) span {
	start, end, step := askedMillis(r, "start"), askedMillis(r, "end"), askedMillis(r, "step")
	return span{start: start, step: step, n: (end-start)/step + 1}
}

func askedMillis(r *http.Request, name string) int64 {
	f, err := strconv.ParseFloat(r.FormValue(name), 64)
	if err != nil {
		panic(err)
	}
	return int64(math.Round(f * 1000))
}

// counting is a series with the value i at the i-th time of a span.
func counting(s span, name string) Series {
	series := Series{Labels: labels.FromStrings("__name__", name)}
	for i := range s.n {
		series.Samples = append(series.Samples, Sample{T: s.start + i*s.step, V: float64(i)})
	}
	return series
}
