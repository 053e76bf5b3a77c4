package upstream

import (
	"net/http"
	"strings"
	"testing"
)

// TestErrorKinds distinguishes errors of expressions from those of servers, as the servers
// write them.
func TestErrorKinds(t *testing.T) {
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		kind    Kind
	}{
		// What is the expression's fault.
		"Prometheus, match group":   {apiError(422, "execution", `found duplicate series for the match group {code="200"} on the right hand-side of the operation: [{}, {}];many-to-many matching not allowed: matching labels must be unique on one side`), BadQuery},
		"Prometheus, group_left":    {apiError(422, "execution", "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)"), BadQuery},
		"Prometheus, labelset":      {apiError(422, "execution", "vector cannot contain metrics with the same labelset"), BadQuery},
		"Prometheus, topk":          {apiError(422, "execution", "Scalar value +Inf overflows int64"), BadQuery},
		"Prometheus, label name":    {apiError(422, "execution", `invalid label name "a-b"`), BadQuery},
		"Prometheus, regexp":        {apiError(422, "execution", "invalid regular expression in label_replace(): ("), BadQuery},
		"Thanos, label_join":        {apiError(422, "execution", "invalid destination label name in label_join: -"), BadQuery},
		"Thanos, remote engine":     {apiError(422, "execution", `remote exec error [[{cluster="a"}]]: vector cannot contain metrics with the same labelset`), BadQuery},
		"Mimir, match group":        {apiError(422, "execution", `found duplicate series for the match group {env="test"} on the right side of the operation at timestamp 1970-01-01T00:00:00.002Z: {pod="d"} and {pod="c"}`), BadQuery},
		"Mimir, in a 500":           {apiError(500, "execution", "vector cannot contain metrics with the same labelset"), BadQuery},
		"VictoriaMetrics":           {apiError(422, "422", `error when executing query="foo(x)": unknown func "foo"`), BadQuery},
		"no type":                   {apiError(400, "", "what is that?"), BadQuery},
		"bad data, as an error 500": {apiError(500, "bad_data", "parse error"), BadQuery},
		// What is the server's.
		"Thanos, store down":           {apiError(422, "execution", "expanding series: proxy Series(): rpc error: code = Aborted desc = fetch series for {} 10.0.0.1:10901: rpc error: code = Unavailable desc = connection error"), Unavailable},
		"Thanos, store down, 503":      {apiError(503, "execution", "expanding series: proxy Series(): rpc error: code = Unavailable desc = connection refused"), Unavailable},
		"Thanos, store down, 500":      {apiError(500, "internal", "expanding series: proxy Series(): rpc error"), Unavailable},
		"Thanos, slow store":           {apiError(422, "execution", "expanding series: rpc error: code = DeadlineExceeded desc = context deadline exceeded"), Unavailable},
		"Mimir, blocks missing":        {apiError(422, "execution", "expanding series: failed to fetch some blocks (err-mimir-store-consistency-check-failed)"), Unavailable},
		"Mimir, ingester":              {apiError(500, "internal", "expanding series: rpc error: code = Unavailable desc = too many unhealthy instances in the ring"), Unavailable},
		"Mimir, given up":              {apiError(499, "canceled", "context canceled"), Unavailable},
		"given up, in words":           {say(499, "text/plain", "context canceled"), Unavailable},
		"Prometheus, storage":          {apiError(500, "internal", "expanding series: input/output error"), Unavailable},
		"Prometheus, shutting down":    {apiError(503, "canceled", "query was canceled in query execution"), Unavailable},
		"unavailable, as an error 400": {apiError(400, "unavailable", "TSDB not ready"), Unavailable},
		"unknown, as a success":        {apiError(200, "execution", "expanding series: EOF"), Unavailable},
		"VictoriaMetrics, storage":     {apiError(422, "422", `error when executing query="up": cannot fetch query results from vmstorage nodes: cannot perform search on vmstorage a:8401: cannot obtain connection from a pool: cannot dial a:8401`), Unavailable},
		"VictoriaMetrics, denied":      {apiError(503, "503", "cannot perform search on vmstorage a:8401: EOF"), Unavailable},
		// Time and limits.
		"Prometheus, time":         {apiError(503, "timeout", "query timed out in expression evaluation"), Timeout},
		"Thanos, time":             {apiError(422, "execution", "query timed out in query execution"), Timeout},
		"Mimir, time":              {apiError(504, "timeout", "context deadline exceeded"), Timeout},
		"VictoriaMetrics, time":    {apiError(422, "422", "cannot perform search: timeout exceeded: 30.000 seconds (elapsed 30.1 seconds); the timeout can be adjusted with `-search.maxQueryDuration` command-line flag"), Timeout},
		"Thanos, series limit":     {apiError(422, "execution", "expanding series: proxy Series(): rpc error: code = ResourceExhausted desc = exceeded series limit: rpc error: code = Aborted"), LimitExceeded},
		"Mimir, memory":            {apiError(422, "execution", "the query exceeded the maximum allowed estimated amount of memory consumed by a single query (limit: 11 bytes) (err-mimir-max-estimated-memory-consumption-per-query)"), LimitExceeded},
		"Mimir, too many requests": {apiError(200, "too_many_requests", "too many outstanding requests"), Throttled},
	} {
		t.Run(name, func(t *testing.T) {
			address, requests := serve(t, test.handler)
			c := impatient(t, Options{URL: address})
			_, _, err := c.Instant(t.Context(), "up", epoch)
			wantError(t, err, test.kind, "")
			if blames := strings.Contains(err.Error(), "Correct the expression"); blames != (test.kind == BadQuery) {
				t.Errorf("%q blames the wrong one", err)
			}
			passing := test.kind == Unavailable || test.kind == Throttled
			if again := requests.Load() > 1; again != passing {
				t.Errorf("%d requests", requests.Load())
			}
		})
	}
}

// TestTimeoutIsNotSplit: a query that ran out of the server's time is not asked
// again in hundreds of pieces.
func TestTimeoutIsNotSplit(t *testing.T) {
	address, requests := serve(t, apiError(503, "timeout", "query timed out in expression evaluation"))
	_, _, err := ask(impatient(t, Options{URL: address}), span{start: 0, step: 1000, n: 1024})
	wantError(t, err, Timeout, "timed out")
	if n := requests.Load(); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

// TestFixedLimits has a limit that no part of a long query meets.
func TestFixedLimits(t *testing.T) {
	address, requests := serve(t, apiError(422, "execution", "exceeded series limit"))
	_, _, err := ask(impatient(t, Options{URL: address}), span{start: 0, step: 1000, n: 1_000_000})
	wantError(t, err, LimitExceeded, "exceeded series limit")
	if n := requests.Load(); n > 8+14 {
		t.Errorf("%d requests", n)
	}
}
