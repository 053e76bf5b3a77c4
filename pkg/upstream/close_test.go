package upstream

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"
)

func TestClose(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"waiting for an answer": stall(false),
		"in the middle of it":   stall(true),
		"between tries":         say(503, "text/plain", ""),
	} {
		t.Run(name, func(t *testing.T) {
			address, _ := serve(t, handler)
			c := impatient(t, Options{URL: address, Concurrency: 1})
			c.retries.first, c.retries.max = 20*time.Second, 20*time.Second
			errs := make(chan error)
			for _, expr := range []string{"up", "up == 1", "up == 2"} { // One of them has the slot.
				go func() {
					_, _, err := c.Instant(context.WithoutCancel(t.Context()), expr, epoch)
					errs <- err
				}()
			}
			time.Sleep(50 * time.Millisecond)
			c.Close()
			for range 3 {
				wantError(t, <-errs, Canceled, "was closed")
			}
			_, _, err := c.Instant(t.Context(), "up", epoch)
			wantError(t, err, Canceled, "was closed")
		})
	}
}

// TestCloseConnections looks at the server's side of the connections.
func TestCloseConnections(t *testing.T) {
	base := &http.Transport{}
	hidden := roundTripper(base.RoundTrip)
	for name, transport := range map[string]http.RoundTripper{
		"plain":   &http.Transport{},
		"layered": WrapTransport(hidden, base),
	} {
		t.Run(name, func(t *testing.T) {
			var open atomic.Int32
			server := httptest.NewUnstartedServer(say(200, "application/json", okBody))
			server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
				switch state {
				case http.StateNew:
					open.Add(1)
				case http.StateClosed:
					open.Add(-1)
				default:
				}
			}
			server.Start()
			t.Cleanup(server.Close)
			c := impatient(t, Options{URL: server.URL, HTTPClient: &http.Client{Transport: transport}})
			if _, _, err := c.Instant(t.Context(), "up", epoch); err != nil || open.Load() != 1 {
				t.Fatalf("%d connections, %v", open.Load(), err)
			}
			c.Close()
			for deadline := time.Now().Add(5 * time.Second); open.Load() > 0; time.Sleep(time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatalf("%d connections stay open", open.Load())
				}
			}
		})
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
