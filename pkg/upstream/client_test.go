package upstream

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestBadServers(t *testing.T) {
	html := "<!DOCTYPE html><html><body>Sign in, please</body></html>"
	for name, test := range map[string]struct {
		handler  http.HandlerFunc
		kind     Kind
		requests int32
		says     string
	}{
		"web page":                  {say(200, "text/html", html), NotPrometheus, 1, "login page"},
		"web page called JSON":      {say(200, "application/json", html), NotPrometheus, 1, "other than JSON"},
		"not found":                 {say(404, "text/plain", "404 page not found"), NotPrometheus, 1, "404 Not Found"},
		"not found, web page":       {say(404, "text/html", html), NotPrometheus, 1, "404 Not Found"},
		"unauthorized":              {say(401, "text/plain", "no org id"), Unauthorized, 1, "no org id"},
		"forbidden":                 {say(403, "text/html", html), Unauthorized, 1, "403 Forbidden"},
		"throttled":                 {say(429, "text/plain", "slow down"), Throttled, 4, "slow down"},
		"down":                      {say(503, "text/plain", "no backend"), Unavailable, 4, "no backend"},
		"bad gateway":               {say(502, "text/html", html), Unavailable, 4, "502 Bad Gateway"},
		"gateway timeout":           {say(504, "text/html", html), Unavailable, 4, "504 Gateway Timeout"},
		"internal error":            {apiError(500, "internal", "storage"), Unavailable, 4, "storage"},
		"execution error as 500":    {apiError(500, "execution", "many-to-many matching not allowed"), BadQuery, 1, "many-to-many"},
		"parse error":               {apiError(400, "bad_data", "parse error: unexpected )"), BadQuery, 1, "unexpected )"},
		"execution error":           {apiError(422, "execution", "many-to-many matching not allowed"), BadQuery, 1, "many-to-many"},
		"VictoriaMetrics' error":    {apiError(422, "422", "unknown func"), BadQuery, 1, "unknown func"},
		"points":                    {apiError(400, "bad_data", "exceeded maximum resolution of 11,000 points per timeseries"), LimitExceeded, 1, "11,000 points"},
		"samples":                   {apiError(422, "execution", "query processing would load too many samples into memory in query execution"), LimitExceeded, 1, "too many samples"},
		"cost":                      {apiError(422, "cost_limit", "query would read a lot"), LimitExceeded, 1, "read a lot"},
		"evaluation time":           {apiError(503, "timeout", "query timed out in expression evaluation"), Timeout, 1, "than it allows: query timed out"},
		"Mimir's length":            {apiError(422, "execution", "the query time range exceeds the limit (query length: 745h0m0s, limit: 720h0m0s) (err-mimir-max-query-length)"), LimitExceeded, 1, "720h"},
		"VictoriaMetrics' series":   {apiError(422, "422", "the number of matching timeseries exceeds 300000; either narrow down the search or increase -search.max* command-line flag values"), LimitExceeded, 1, "300000"},
		"VictoriaMetrics' queue":    {apiError(503, "503", "couldn't start executing the request in 10 seconds, since -search.maxConcurrentRequests=8 concurrent requests are executed"), Unavailable, 4, "maxConcurrentRequests"},
		"empty":                     {say(200, "application/json", ""), Truncated, 4, "empty"},
		"invalid JSON":              {say(200, "application/json", `{"status":succ}`), Truncated, 1, "valid JSON"},
		"cut off":                   {cutOff, Truncated, 4, "cut off"},
		"other JSON":                {say(200, "application/json", `["hello"]`), NotPrometheus, 1, "not an object"},
		"error with status 200":     {apiError(200, "bad_data", "no"), BadQuery, 1, "no"},
		"closed connection":         {hangUp, Unreachable, 4, "EOF"},
		"histograms":                {say(200, "application/json", `{"status":"success","data":{"result":[{"metric":{},"histogram":[1,{}]}]}}`), BadQuery, 1, "histograms"},
		"redirect to other host":    {redirect("http://login.invalid/?next=secret"), NotPrometheus, 1, "http://login.invalid/, which is another server"},
		"redirects without an end":  {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, 307) }, NotPrometheus, 10, "many other redirects"},
		"no content":                {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, Truncated, 4, "empty"},
		"teapot":                    {say(418, "text/plain", ""), NotPrometheus, 1, "418"},
		"wrong protocol":            {say(400, "text/plain", "Client sent an HTTP request to an HTTPS server."), NotPrometheus, 1, "HTTPS"},
		"POST and GET both refused": {say(405, "text/plain", ""), NotPrometheus, 2, "405"},
	} {
		t.Run(name, func(t *testing.T) {
			address, requests := serve(t, test.handler)
			c := impatient(t, Options{URL: address})
			series, _, err := c.Instant(t.Context(), "up", epoch)
			wantError(t, err, test.kind, test.says)
			if series != nil {
				t.Errorf("series %v with an error", series)
			}
			if n := requests.Load(); n != test.requests {
				t.Errorf("%d requests, want %d", n, test.requests)
			}
		})
	}
}

func wantError(t *testing.T, err error, kind Kind, says string) {
	t.Helper()
	got, ok := KindOf(err)
	if !ok || got != kind {
		t.Fatalf("error of kind %q (%v), want %q", got, err, kind)
	}
	if !strings.Contains(err.Error(), says) {
		t.Errorf("%q does not say %q", err, says)
	}
}

func cutOff(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	fmt.Fprint(w, okBody[:60])
}

func hangUp(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

func redirect(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }
}

func TestRecovers(t *testing.T) {
	ok := say(200, "application/json", okBody)
	for name, handler := range map[string]http.HandlerFunc{
		"from 503":                 first(3, say(503, "text/plain", ""), ok),
		"from 429":                 first(2, say(429, "text/plain", ""), ok),
		"from a closed connection": first(1, hangUp, ok),
		"from a cut-off body":      first(1, cutOff, ok),
	} {
		t.Run(name, func(t *testing.T) {
			address, _ := serve(t, handler)
			series, _, err := impatient(t, Options{URL: address}).Instant(t.Context(), "up", epoch)
			if err != nil || len(series) != 1 {
				t.Errorf("got %v, %v", series, err)
			}
		})
	}
}

func TestRequest(t *testing.T) {
	address, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		got := fmt.Sprintf("%s %s %s %s:%s", r.Method, r.URL, r.Header.Get("Content-Type"), user, password)
		if want := "POST /prefix/api/v1/query application/x-www-form-urlencoded me:s3cret"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		want := url.Values{
			"query": {"up"}, "time": {"1700000100.250"}, "stats": {"true"}, "dedup": {"true"}, "tenant": {"a"},
			"nocache": {"1"}, "partial_response": {"false"}, "deny_partial_response": {"1"}, "max_source_resolution": {"0s"},
		}
		if _ = r.ParseForm(); r.PostForm.Encode() != want.Encode() {
			t.Errorf("got %v, want %v", r.PostForm, want)
		}
		if encodings := r.Header.Get("Accept-Encoding"); encodings != "identity" {
			t.Errorf("accepts %q from this machine, want identity", encodings)
		}
		say(200, "application/json", okBody)(w, r)
	})
	address = strings.Replace(address, "http://", "http://me:s3cret@", 1) + "/prefix/?tenant=a"
	c := impatient(t, Options{URL: address, Params: url.Values{"dedup": {"true"}}, Stats: true})
	if _, _, err := c.Instant(t.Context(), "up", epoch.Add(250*time.Millisecond)); err != nil {
		t.Error(err)
	}
}

func TestGzip(t *testing.T) {
	address, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		zipped := gzip.NewWriter(w)
		fmt.Fprint(zipped, okBody)
		_ = zipped.Close()
	})
	for name, client := range map[string]*http.Client{"own": nil, "net/http": http.DefaultClient} {
		series, _, err := impatient(t, Options{URL: address, HTTPClient: client}).Instant(t.Context(), "up", epoch)
		if err != nil || len(series) != 1 {
			t.Errorf("%s client: got %v, %v", name, series, err)
		}
	}
}

func TestPostRefused(t *testing.T) {
	address, requests := serve(t, refusePost(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("query") == "" {
			t.Error("the GET has no query")
		}
		say(200, "application/json", okBody)(w, r)
	}))
	c := impatient(t, Options{URL: address})
	for calls := range 2 { // The second call knows better.
		if _, _, err := c.Instant(t.Context(), "up", epoch); err != nil {
			t.Fatal(err)
		}
		if n := requests.Load(); n != int32(calls)+2 {
			t.Errorf("%d requests, want %d", n, calls+2)
		}
	}
}

func TestMaxResponse(t *testing.T) {
	address, requests := serve(t, say(200, "application/json", okBody))
	_, _, err := impatient(t, Options{URL: address, MaxResponse: 50}).Instant(t.Context(), "up", epoch)
	wantError(t, err, LimitExceeded, "larger than the 50 bytes")
	if _, _, err := impatient(t, Options{URL: address, MaxResponse: int64(len(okBody))}).Instant(t.Context(), "up", epoch); err != nil {
		t.Errorf("an answer of just the size allowed: %v", err)
	}
	if n := requests.Load(); n != 2 {
		t.Errorf("%d requests, want 2", n)
	}
}

// stall answers nothing, or half of an answer, until the client goes away.
func stall(half bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // Only then the server notices that the client left.
		if half {
			fmt.Fprint(w, okBody[:60])
			_ = http.NewResponseController(w).Flush()
		}
		<-r.Context().Done()
	}
}

func TestTimeout(t *testing.T) {
	for name, half := range map[string]bool{"no answer": false, "half an answer": true} {
		address, requests := serve(t, stall(half))
		_, _, err := impatient(t, Options{URL: address, Timeout: 50 * time.Millisecond}).Instant(t.Context(), "up", epoch)
		wantError(t, err, Timeout, "within 50ms")
		if n := requests.Load(); n > 2 { // One of them checks on the server.
			t.Errorf("%s: %d requests, want 2 at most", name, n)
		}
	}
}

func TestCancellation(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"waiting for an answer": stall(false),
		"in the middle of it":   stall(true),
		"between tries":         say(503, "text/plain", ""),
	} {
		t.Run(name, func(t *testing.T) {
			address, _ := serve(t, handler)
			c := impatient(t, Options{URL: address})
			c.retries.first, c.retries.max = 20*time.Second, 20*time.Second
			for kind, end := range map[Kind]func(context.Context) (context.Context, context.CancelFunc){
				Canceled: func(ctx context.Context) (context.Context, context.CancelFunc) {
					ctx, cancel := context.WithCancel(ctx)
					time.AfterFunc(50*time.Millisecond, cancel)
					return ctx, cancel
				},
				Timeout: func(ctx context.Context) (context.Context, context.CancelFunc) {
					return context.WithTimeout(ctx, 50*time.Millisecond)
				},
			} {
				ctx, cancel := end(t.Context())
				began := time.Now()
				_, _, err := c.Instant(ctx, "up", epoch)
				wantError(t, err, kind, "")
				if took := time.Since(began); took > 2*time.Second {
					t.Errorf("%v took %s", kind, took)
				}
				cancel()
			}
		})
	}
}

// TestRetryAfter has servers that ask for more time than their callers have.
func TestRetryAfter(t *testing.T) {
	for name, test := range map[string]struct {
		header string
		patience,
		deadline time.Duration
		says string
	}{
		"longer than anybody waits": {"86400", 10 * time.Second, time.Hour, "asks to wait for 24h0m0s"},
		"a date that is too far":    {time.Now().Add(time.Hour).UTC().Format(http.TimeFormat), 10 * time.Second, time.Hour, "asks to wait for"},
		"longer than the caller":    {"5", 10 * time.Second, 3 * time.Second, "more requests than it allows"},
	} {
		t.Run(name, func(t *testing.T) {
			address, requests := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", test.header)
				w.WriteHeader(http.StatusTooManyRequests)
			})
			c := impatient(t, Options{URL: address})
			c.retries.maxWait = test.patience
			ctx, cancel := context.WithTimeout(t.Context(), test.deadline)
			defer cancel()
			began := time.Now()
			_, _, err := c.Instant(ctx, "up", epoch)
			wantError(t, err, Throttled, test.says)
			if took := time.Since(began); took > 2*time.Second || requests.Load() != 1 {
				t.Errorf("%d requests took %s", requests.Load(), took)
			}
		})
	}
}

func TestConcurrency(t *testing.T) {
	var mu sync.Mutex
	now, most := 0, 0
	count := func(change int) {
		mu.Lock()
		defer mu.Unlock()
		now += change
		most = max(most, now)
	}
	address, requests := serve(t, func(w http.ResponseWriter, r *http.Request) {
		count(1)
		defer count(-1)
		time.Sleep(10 * time.Millisecond)
		say(200, "application/json", okBody)(w, r)
	})
	c := impatient(t, Options{URL: address, Concurrency: 3})
	var group sync.WaitGroup
	for i := range 20 {
		group.Go(func() {
			if _, _, err := c.Instant(t.Context(), fmt.Sprintf("up == %d", i), epoch); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if most != 3 || requests.Load() != 20 {
		t.Errorf("%d requests at once of %d, want 3 of 20", most, requests.Load())
	}
}

// TestSharing has ten callers ask the same at once; the one who began leaves.
func TestSharing(t *testing.T) {
	began, answer := make(chan struct{}), make(chan struct{})
	address, requests := serve(t, func(w http.ResponseWriter, r *http.Request) {
		close(began)
		<-answer
		say(200, "application/json", okBody)(w, r)
	})
	c := impatient(t, Options{URL: address})
	ctx, leave := context.WithCancel(t.Context())
	left := make(chan error)
	go func() {
		_, _, err := c.Instant(ctx, "up", epoch)
		left <- err
	}()
	<-began
	var group sync.WaitGroup
	for range 9 {
		group.Go(func() {
			if series, _, err := c.Instant(t.Context(), "up", epoch); err != nil || len(series) != 1 {
				t.Errorf("got %v, %v", series, err)
			}
		})
	}
	time.Sleep(50 * time.Millisecond) // The nine have joined.
	leave()
	wantError(t, <-left, Canceled, "")
	close(answer)
	group.Wait()
	if n := requests.Load(); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

// TestAbandonedQueryEnds checks that a request ends when nobody waits for it any more.
func TestAbandonedQueryEnds(t *testing.T) {
	ended := make(chan struct{})
	address, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		stall(false)(w, r)
		close(ended)
	})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, _, err := impatient(t, Options{URL: address}).Instant(ctx, "up", epoch)
	wantError(t, err, Timeout, "")
	select {
	case <-ended:
	case <-time.After(5 * time.Second):
		t.Error("the server still works for nobody")
	}
}

func TestUnreachable(t *testing.T) {
	for address, says := range map[string]string{
		"http://127.0.0.1:1":             "connection refused",
		"http://does-not-exist.invalid:": "Check the host name",
	} {
		_, _, err := impatient(t, Options{URL: address}).Instant(t.Context(), "up", epoch)
		wantError(t, err, Unreachable, says)
	}
}

func TestNewRefuses(t *testing.T) {
	for _, address := range []string{"", "localhost:9090", "ftp://host", "http://", "http://me:s3cret%zz@host", "http://me:s3/cret@host", "://s3cret"} {
		_, err := New(Options{URL: address})
		wantError(t, err, Unreachable, "Write it like")
		if strings.Contains(err.Error(), "s3") {
			t.Errorf("%q shows a password", err)
		}
	}
}

// TestNoLeak has every kind of failure, and looks for credentials in the error
// and all its causes.
func TestNoLeak(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"401": say(401, "text/plain", "no"), "404": say(404, "text/plain", "no"), "503": say(503, "text/plain", "no"),
		"hang up": hangUp, "cut off": cutOff, "stall": stall(true), "page": say(200, "text/html", "<html>"),
		"redirect": redirect("http://you:s3cret@elsewhere.invalid/?token=s3cret"),
		"no POST":  refusePost(hangUp),
	} {
		t.Run(name, func(t *testing.T) {
			address, _ := serve(t, handler)
			address = strings.Replace(address, "http://", "http://s3cretuser:s3cret@", 1) + "?token=s3cret"
			client, err := NewHTTPClient(TransportOptions{Headers: map[string]string{"X-Key": "s3cret"}})
			if err != nil {
				t.Fatal(err)
			}
			c := impatient(t, Options{URL: address, HTTPClient: client, Timeout: 100 * time.Millisecond})
			_, _, err = c.Instant(t.Context(), "up", epoch)
			if err == nil {
				t.Fatal("no error")
			}
			if shown := fmt.Sprintf("%v %+v %#v", err, err, causes(err)); strings.Contains(shown, "s3cret") {
				t.Errorf("leaks: %s", shown)
			}
		})
	}
}

// refusePost has the queries in the URL.
func refusePost(get http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		get(w, r)
	}
}

func causes(err error) (texts []string) {
	for err != nil {
		texts = append(texts, err.Error())
		wrapped, ok := err.(interface{ Unwrap() error })
		if !ok {
			break
		}
		err = wrapped.Unwrap()
	}
	return texts
}
