package upstream

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// trickle answers with a blank a second.
func trickle(ctx context.Context) (*http.Response, error) {
	body := &endless{ctx: ctx, text: " ", pause: time.Second}
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(body)}, nil
}

// script is a server on a clock of its own: it answers the queries it knows, by
// their expression, and all others in one way.
type script struct {
	mu       sync.Mutex
	known    map[string]func(context.Context) (*http.Response, error)
	others   func(context.Context) (*http.Response, error)
	requests atomic.Int32
	checks   atomic.Int32
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	expr := r.FormValue("query")
	s.mu.Lock()
	answer := s.others
	if known, is := s.known[expr]; is {
		answer = known
	}
	s.mu.Unlock()
	if expr == "vector(1)" {
		s.checks.Add(1)
	} else {
		s.requests.Add(1)
	}
	return answer(r.Context())
}

func (s *script) become(others func(context.Context) (*http.Response, error)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.others = others
}

func hang(ctx context.Context) (*http.Response, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// answering answers after a time, with a header if there is one.
func answering(after time.Duration, status int, body string, header ...string) func(context.Context) (*http.Response, error) {
	return func(ctx context.Context) (*http.Response, error) {
		select {
		case <-time.After(after):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		response := &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
		if len(header) == 2 {
			response.Header.Set(header[0], header[1])
		}
		return response, nil
	}
}

const scriptTimeout = 30 * time.Second

func (s *script) client(t *testing.T, o Options) *Client {
	t.Helper()
	o.URL, o.HTTPClient = "http://prometheus:9090", &http.Client{Transport: s}
	if o.Timeout == 0 {
		o.Timeout = scriptTimeout
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// crowd has so many ask different queries at once, and returns their errors.
func crowd(t *testing.T, c *Client, size int) []error {
	t.Helper()
	errs := make([]error, size)
	var group sync.WaitGroup
	for i := range errs {
		group.Go(func() { _, _, errs[i] = c.Instant(t.Context(), fmt.Sprintf("up == %d", i), epoch) })
	}
	group.Wait()
	return errs
}

// TestManyCallers has twelve ask a server that answers nobody.
func TestManyCallers(t *testing.T) {
	for name, test := range map[string]struct {
		server       func(context.Context) (*http.Response, error)
		kinds        []Kind
		within       time.Duration
		most, checks int32
	}{
		"hangs":                       {hang, []Kind{Timeout}, scriptTimeout, 8, 1},
		"503":                         {answering(0, 503, ""), []Kind{Unavailable}, 3 * time.Second, 12 * 4, 0},
		"503 after a while":           {answering(20*time.Second, 503, ""), []Kind{Unavailable, Timeout}, scriptTimeout, 12, 1},
		"429 with a huge Retry-After": {answering(0, 429, "", "Retry-After", "86400"), []Kind{Throttled}, 0, 12, 0},
		"429 with a Retry-After":      {answering(0, 429, "", "Retry-After", "4"), []Kind{Throttled}, 10 * time.Second, 12 * 3, 0},
		"a byte a second":             {trickle, []Kind{Timeout}, scriptTimeout, 8, 1},
		"refuses connections":         {refuseConnection, []Kind{Unreachable}, 3 * time.Second, 12 * 4, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &script{others: test.server}
				c := server.client(t, Options{})
				began := time.Now()
				for _, err := range crowd(t, c, 12) {
					wantKind(t, err, "", test.kinds...)
				}
				if took := time.Since(began); took > test.within {
					t.Errorf("took %s, want %s at most", took, test.within)
				}
				before := server.requests.Load()
				if before > test.most || server.checks.Load() != test.checks {
					t.Errorf("%d requests and %d checks, want %d and %d at most", before, server.checks.Load(), test.most, test.checks)
				}
				time.Sleep(time.Second)
				began = time.Now()
				for _, err := range crowd(t, c, 12) {
					wantKind(t, err, "ago)", test.kinds...)
				}
				if took, more := time.Since(began), server.requests.Load()-before; took > 0 || more > 0 {
					t.Errorf("the next took %s and %d requests", took, more)
				}
			})
		})
	}
}

func wantKind(t *testing.T, err error, says string, kinds ...Kind) {
	t.Helper()
	if kind, ours := KindOf(err); !ours || !slices.Contains(kinds, kind) || !strings.Contains(err.Error(), says) {
		t.Errorf("got %v, want a kind of %v that says %q", err, kinds, says)
	}
}

func refuseConnection(context.Context) (*http.Response, error) { return nil, io.ErrUnexpectedEOF }

// TestQueueIsTold: those who wait for a slot learn of a failure when it is seen.
func TestQueueGetsFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &script{others: hang}
		c := server.client(t, Options{Concurrency: 1})
		began := time.Now()
		for i, err := range crowd(t, c, 5) {
			wantError(t, err, Timeout, "")
			t.Log(i, err)
		}
		if took := time.Since(began); took != scriptTimeout || server.requests.Load() != 1 {
			t.Errorf("%d requests took %s", server.requests.Load(), took)
		}
	})
}

func TestRecovery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &script{others: answering(0, 503, "", "Retry-After", "86400")}
		c := server.client(t, Options{})
		_, _, err := c.Instant(t.Context(), "up", epoch)
		wantError(t, err, Unavailable, "asks to wait for 24h0m0s")
		time.Sleep(20 * time.Second)
		wantError(t, crowd(t, c, 1)[0], Unavailable, "(as of 20s ago). Look at")

		server.become(hang)
		time.Sleep(maxHold - 20*time.Second)
		began := time.Now()
		errs := crowd(t, c, 5) // One of them checks on the server, the others do not wait.
		failed := 0
		for _, err := range errs {
			if kind, _ := KindOf(err); kind == Timeout {
				failed++
			}
		}
		if took := time.Since(began); failed != 1 || took != scriptTimeout/checkShare || server.requests.Load() != 1 || server.checks.Load() != 1 {
			t.Errorf("%d saw the check fail in %s, after %d requests and %d checks", failed, took, server.requests.Load(), server.checks.Load())
		}

		server.become(answering(0, 200, okBody))
		time.Sleep(minHold)
		if _, _, err := c.Instant(t.Context(), "up", epoch); err != nil {
			t.Error(err)
		}
		for _, err := range crowd(t, c, 20) {
			if err != nil {
				t.Error(err)
			}
		}
		if n := server.checks.Load(); n != 2 {
			t.Errorf("%d checks, want 2", n)
		}
	})
}

// TestQueryErrorsStayLocal: what is wrong with one query does not concern others.
func TestQueryErrorsStayLocal(t *testing.T) {
	failure := func(status int, kind, message string) func(context.Context) (*http.Response, error) {
		return answering(0, status, fmt.Sprintf(`{"status":"error","errorType":%q,"error":%q}`, kind, message))
	}
	for name, test := range map[string]struct {
		bad  func(context.Context) (*http.Response, error)
		kind Kind
	}{
		"slow":         {hang, Timeout},
		"trickles":     {trickle, Timeout},
		"bad":          {failure(400, "bad_data", "parse error"), BadQuery},
		"too much":     {failure(422, "execution", "too many samples"), LimitExceeded},
		"timed out":    {failure(503, "timeout", "query timed out"), Timeout},
		"a store down": {failure(422, "execution", "expanding series: rpc error: code = Unavailable"), Unavailable},
		"not JSON":     {answering(0, 200, "<html>"), NotPrometheus},
		"cut off":      {answering(0, 200, okBody[:40]), Truncated},
		"a gateway's":  {answering(20*time.Second, 504, ""), Unavailable},
		"forbidden":    {answering(0, 403, ""), Unauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &script{
					known:  map[string]func(context.Context) (*http.Response, error){"bad": test.bad},
					others: answering(0, 200, okBody),
				}
				c := server.client(t, Options{})
				_, _, err := c.Instant(t.Context(), "bad", epoch)
				wantError(t, err, test.kind, "")
				for _, err := range crowd(t, c, 12) {
					if err != nil {
						t.Error(err)
					}
				}
			})
		})
	}
}

// TestAnswersKeepCircuitClosed has one of two servers behind a proxy fail.
func TestAnswersKeepCircuitClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &script{
			known:  map[string]func(context.Context) (*http.Response, error){"unlucky": answering(10*time.Millisecond, 503, "")},
			others: answering(10*time.Millisecond, 200, okBody),
		}
		c := server.client(t, Options{})
		done := make(chan struct{})
		go func() {
			defer close(done)
			_, _, err := c.Instant(t.Context(), "unlucky", epoch)
			wantError(t, err, Unavailable, "")
		}()
		for asked := true; asked; {
			if _, _, err := c.Instant(t.Context(), "up", epoch); err != nil {
				t.Error(err)
			}
			select {
			case <-done:
				asked = false
			default:
			}
		}
		if _, _, err := c.Instant(t.Context(), "up", epoch); err != nil {
			t.Error(err)
		}
	})
}

// TestSilentServer: a server that hangs is known before the first query's time is over.
func TestSilentServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &script{others: hang}
		c := server.client(t, Options{})
		go func() { _, _, _ = c.Instant(t.Context(), "up", epoch) }()
		time.Sleep(scriptTimeout / checkShare * 2)
		synctest.Wait()
		_, _, err := c.Instant(t.Context(), "up == 1", epoch)
		wantError(t, err, Timeout, "did not answer vector(1) within 5s (as of a moment ago)")
	})
}

// TestRetriesEnd: all tries of one query take no longer than one may.
func TestRetriesEnd(t *testing.T) {
	for name, test := range map[string]struct {
		server   func(context.Context) (*http.Response, error)
		requests int32
	}{
		"slow refusals":         {answering(13*time.Second, 504, ""), 3},
		"a wait beyond the end": {answering(25*time.Second, 503, "", "Retry-After", "6"), 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &script{
					known:  map[string]func(context.Context) (*http.Response, error){"vector(1)": answering(0, 200, okBody)},
					others: test.server,
				}
				c := server.client(t, Options{})
				began := time.Now()
				_, _, err := c.Instant(t.Context(), "up", epoch)
				if took := time.Since(began); err == nil || took > scriptTimeout || server.requests.Load() != test.requests {
					t.Errorf("%d requests took %s: %v", server.requests.Load(), took, err)
				}
			})
		})
	}
}

// TestOutage asks one request after another of a server that fails at each, and
// then does not: all together take no longer than one with its tries.
func TestOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &script{others: answering(0, 500, "")}
		c := server.client(t, Options{})
		began := time.Now()
		for range 20 {
			_, _, err := c.Instant(t.Context(), "up", epoch)
			wantError(t, err, Unavailable, "")
		}
		if took, n := time.Since(began), server.requests.Load(); took > 2625*time.Millisecond || n != 4+19 {
			t.Errorf("%d requests took %s", n, took)
		}
		time.Sleep(outageRemembered)
		if _, _, err := c.Instant(t.Context(), "up", epoch); err == nil || server.requests.Load() != 4+19+4 {
			t.Errorf("after a while there are %d requests: %v", server.requests.Load(), err)
		}
		server.others = answering(0, 200, okBody)
		if _, _, err := c.Instant(t.Context(), "up", epoch); err != nil {
			t.Error(err)
		}
		server.others = answering(0, 500, "")
		if _, _, err := c.Instant(t.Context(), "up", epoch); err == nil || server.requests.Load() != 4+19+4+1+4 {
			t.Errorf("after an answer there are %d requests: %v", server.requests.Load(), err)
		}
	})
}

// TestDeadline: a caller with less time than the server gets an error when it is over.
func TestDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &script{others: answering(0, 429, "", "Retry-After", "8")}
		c := server.client(t, Options{})
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		began := time.Now()
		_, _, err := c.Instant(ctx, "up", epoch)
		wantError(t, err, Throttled, "")
		if took := time.Since(began); took > 0 || server.requests.Load() != 1 {
			t.Errorf("%d requests took %s", server.requests.Load(), took)
		}
	})
}

// TestManyParts has a long range asked from a server that fails: it costs no more
// than a few requests.
func TestManyParts(t *testing.T) {
	for name, test := range map[string]struct {
		server func(context.Context) (*http.Response, error)
		kind   Kind
		most   int32
	}{
		"hangs":     {hang, Timeout, 8},
		"503":       {answering(0, 503, ""), Unavailable, 8 * 4},
		"throttles": {answering(0, 429, "", "Retry-After", "86400"), Throttled, 8},
		"time out":  {answering(0, 503, `{"status":"error","errorType":"timeout","error":"query timed out"}`), Timeout, 8},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &script{others: test.server}
				c := server.client(t, Options{})
				_, _, err := c.Range(t.Context(), "up", epoch, epoch.Add(1_000_000*time.Minute), time.Minute)
				wantError(t, err, test.kind, "")
				if n := server.requests.Load(); n > test.most {
					t.Errorf("%d requests, want %d at most", n, test.most)
				}
			})
		})
	}
}

// TestBackgroundFailsAlone has a query that nobody waits for fail: others are answered at
// once, unless the server asks for a pause.
func TestBackgroundFailsAlone(t *testing.T) {
	for name, test := range map[string]struct {
		failure  func(context.Context) (*http.Response, error)
		priority Priority
		alone    bool
	}{
		"background":                 {answering(0, 503, ""), Background, true},
		"a dashboard":                {answering(0, 503, ""), Normal, false},
		"background, asked to pause": {answering(0, 429, "", "Retry-After", "60"), Background, false},
		"background, slowly":         {answering(20*time.Second, 504, ""), Background, true},
		"background, no connection":  {refuseConnection, Background, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				good := answering(0, 200, `{"status":"success","data":{"resultType":"vector","result":[]}}`)
				server := &script{others: good, known: map[string]func(context.Context) (*http.Response, error){"old": test.failure}}
				c := server.client(t, Options{})
				if _, _, err := c.Instant(WithPriority(t.Context(), test.priority), "old", epoch); err == nil {
					t.Fatal("what fails does not")
				}
				if _, _, err := c.Instant(t.Context(), "up", epoch); (err == nil) != test.alone {
					t.Errorf("the next query: %v", err)
				}
			})
		})
	}
}
