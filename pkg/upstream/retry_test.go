package upstream

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

func TestRetryAfterHeader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(http.TimeFormat) }
		for text, want := range map[string]time.Duration{
			"":                   0,
			"0":                  0,
			"-5":                 0,
			"soon":               0,
			"7":                  7 * time.Second,
			at(90 * time.Second): 90 * time.Second,
			at(-time.Second):     0,
		} {
			response := &http.Response{Header: http.Header{"Retry-After": {text}}}
			got := retryAfter(response)
			if (got == nil) != (want == 0) || got != nil && got.Duration != want {
				t.Errorf("%q: got %v, want %s", text, got, want)
			}
		}
	})
}

// TestRetryPolicy runs on a clock of its own, so it measures without waiting.
func TestRetryPolicy(t *testing.T) {
	for name, test := range map[string]struct {
		header      string
		tries       int
		least, most time.Duration
	}{
		"growing by two from 250 ms, give or take a half": {"", 4, 875 * time.Millisecond, 2625 * time.Millisecond},
		"as the server asks, a tenth more at most":        {"3", 4, 9 * time.Second, 9900 * time.Millisecond},
		"until the patience is at its end":                {"7", 2, 7 * time.Second, 7700 * time.Millisecond},
		"not at all, if the server asks for a day":        {"86400", 1, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tries, began, p := 0, time.Now(), defaultRetries
				_, err := retry(t.Context(), &p, func() (int, error) {
					tries++
					response := &http.Response{Header: http.Header{"Retry-After": {test.header}}}
					return 0, &Error{Kind: Throttled, transient: true, after: retryAfter(response)}
				})
				wantError(t, err, Throttled, "")
				if waited := time.Since(began); tries != test.tries || waited < test.least || waited > test.most {
					t.Errorf("%d tries in %s, want %d in %s to %s", tries, waited, test.tries, test.least, test.most)
				}
			})
		})
	}
}
