package upstream

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// endless repeats a text, and waits before each time.
type endless struct {
	ctx   context.Context
	text  string
	pause time.Duration
	rest  string
}

func (e *endless) Read(p []byte) (int, error) {
	if e.rest == "" {
		select {
		case <-time.After(e.pause):
		case <-e.ctx.Done():
			return 0, e.ctx.Err()
		}
		e.rest = e.text
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

const (
	samplesStart = `{"status":"success","data":{"result":[{"metric":{},"values":[`
	labelsStart  = `{"status":"success","data":{"result":[{"metric":{`
)

// TestHostileBodies has answers that would take all time or memory.
func TestHostileBodies(t *testing.T) {
	const limit = 2 << 20
	body := func(start, text string, pause time.Duration) func(context.Context) (*http.Response, error) {
		return func(ctx context.Context) (*http.Response, error) {
			read := io.MultiReader(strings.NewReader(start), &endless{ctx: ctx, text: text, pause: pause})
			return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(read)}, nil
		}
	}
	zipped := func(context.Context) (*http.Response, error) {
		read := io.NopCloser(bytes.NewReader(bomb(samplesStart, strings.Repeat(" ", 4*limit))))
		return &http.Response{StatusCode: 200, Header: http.Header{"Content-Encoding": {"gzip"}}, Body: read}, nil
	}
	for name, test := range map[string]struct {
		server func(context.Context) (*http.Response, error)
		kind   Kind
		says   string
		took   time.Duration
	}{
		"no headers":            {hang, Timeout, "within 30s", scriptTimeout},
		"no body":               {body("", "", time.Hour), Timeout, "within 30s", scriptTimeout},
		"a byte a second":       {body(samplesStart, " ", time.Second), Timeout, "within 30s", scriptTimeout},
		"samples without end":   {body(samplesStart, strings.Repeat(`[1,"2"],`, 4096), 0), LimitExceeded, "larger than the 2097152 bytes", 0},
		"series without end":    {body(labelsStart, `"a":"`+strings.Repeat("b", 1<<15)+`"},"values":[]},{"metric":{`, 0), LimitExceeded, "larger than", 0},
		"a value without end":   {body(labelsStart+`"a":"`, strings.Repeat("b", 1<<15), 0), LimitExceeded, "larger than", 0},
		"a name without end":    {body(labelsStart+`"`, strings.Repeat("b", 1<<15), 0), LimitExceeded, "larger than", 0},
		"warnings without end":  {body(`{"warnings":[`, `"`+strings.Repeat("b", 1<<15)+`",`, 0), LimitExceeded, "larger than", 0},
		"unknown without end":   {body(`{"x":[`, strings.Repeat("1,", 1<<15), 0), LimitExceeded, "larger than", 0},
		"nothing without end":   {body("", strings.Repeat(" ", 1<<15), 0), LimitExceeded, "larger than", 0},
		"a bomb":                {zipped, LimitExceeded, "larger than", 0},
		"depth without end":     {body(`{"x":`, strings.Repeat("[", 1<<15), 0), Truncated, "depth", 0},
		"an error, byte a time": {slowError, Unavailable, "", scriptTimeout},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &script{others: test.server}
				memory := NewMemoryBudget(64 << 20)
				c := server.client(t, Options{MaxResponse: limit, Memory: memory})
				began := time.Now()
				_, _, err := c.Instant(t.Context(), "up", epoch)
				wantError(t, err, test.kind, test.says)
				if took := time.Since(began); took != test.took {
					t.Errorf("took %s, want %s", took, test.took)
				}
				if n := server.requests.Load(); n != 1 {
					t.Errorf("%d requests, want 1", n)
				}
				wantReturned(t, memory)
			})
		})
	}
}

// slowError answers 503, and then a byte a second of why.
func slowError(ctx context.Context) (*http.Response, error) {
	body := &endless{ctx: ctx, text: "x", pause: time.Second}
	return &http.Response{StatusCode: 503, Header: http.Header{}, Body: io.NopCloser(body)}, nil
}

func bomb(texts ...string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	for _, text := range texts {
		_, _ = w.Write([]byte(text))
	}
	_ = w.Close()
	return b.Bytes()
}

// TestResponseAlwaysTooLarge has answers larger than allowed, however small the query.
func TestResponseAlwaysTooLarge(t *testing.T) {
	large := say(200, "application/json", samplesStart+strings.Repeat(`[1,"2"],`, 1000))
	address, requests := serve(t, large)
	_, _, err := ask(impatient(t, Options{URL: address, MaxResponse: 1000}), span{start: 0, step: 1000, n: 1_000_000})
	wantError(t, err, LimitExceeded, "larger than the 1000 bytes")
	if n := requests.Load(); n > 8+14 {
		t.Errorf("%d requests", n)
	}
}
