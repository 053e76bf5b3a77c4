package upstream

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// queue has one query after the other asked, without waiting for the answers, and
// returns the order in which the server got them.
func queue(t *testing.T, concurrency int, priorities ...Priority) (order []Priority) {
	t.Helper()
	server := &recorder{}
	c := (&script{}).client(t, Options{Concurrency: concurrency})
	c.http = &http.Client{Transport: server}
	var group sync.WaitGroup
	for i, p := range priorities {
		group.Go(func() {
			_, _, err := c.Instant(WithPriority(t.Context(), p), fmt.Sprintf("%d", i), epoch)
			if err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
	}
	group.Wait()
	for _, expr := range server.asked {
		var i int
		_, _ = fmt.Sscan(expr, &i)
		order = append(order, priorities[i])
	}
	return order
}

// recorder writes down what it is asked. It takes a second for an answer, and a
// little longer for each, so that no two come at the same time.
type recorder struct {
	mu    sync.Mutex
	asked []string
}

func (s *recorder) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	s.asked = append(s.asked, r.FormValue("query"))
	took := time.Second + time.Duration(len(s.asked))*time.Millisecond
	s.mu.Unlock()
	return answering(took, 200, okBody)(r.Context())
}

func TestPriorities(t *testing.T) {
	const b, n, u = Background, Normal, Urgent
	for name, test := range map[string]struct {
		concurrency int
		asked, want []Priority
	}{
		"one slot":                     {1, []Priority{b, b, n, n, u, b, u}, []Priority{b, u, u, n, n, b, b}},
		"two slots, one in background": {2, []Priority{b, b, b, n, u}, []Priority{b, n, u, b, b}},
		"one slot is for alerts":       {4, []Priority{n, n, n, n, u, n}, []Priority{n, n, n, u, n, n}},
		"two are not for fills":        {4, []Priority{b, b, b, n, n, u}, []Priority{b, b, n, u, n, b}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if got := queue(t, test.concurrency, test.asked...); !slices.Equal(got, test.want) {
					t.Errorf("got %v, want %v", got, test.want)
				}
			})
		})
	}
}

// TestSlotsLost: those who leave the queue, at any moment, leave no slot taken.
func TestSlotsLost(t *testing.T) {
	s := newSlots(8)
	var group sync.WaitGroup
	for i := range 2000 {
		group.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i%50)*10*time.Microsecond)
			defer cancel()
			p := Priority(i%priorities) + Background
			if s.acquire(ctx, p) == nil {
				time.Sleep(10 * time.Microsecond)
				s.release(p)
			}
		})
	}
	group.Wait()
	for p := range priorities {
		if s.busy[p] != 0 || len(s.waiting[p]) != 0 {
			t.Errorf("priority %d: %d are busy, %d wait", p, s.busy[p], len(s.waiting[p]))
		}
	}
}

// TestNotSharedAcross: an alert rule does not wait for the answer that somebody in
// the background waits for.
func TestNotSharedAcross(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &recorder{}
		c := (&script{}).client(t, Options{})
		c.http = &http.Client{Transport: server}
		var group sync.WaitGroup
		for _, p := range []Priority{Background, Background, Normal, Urgent, Urgent} {
			group.Go(func() { _, _, _ = c.Instant(WithPriority(t.Context(), p), "up", epoch) })
		}
		group.Wait()
		if n := len(server.asked); n != priorities {
			t.Errorf("%d requests, want %d", n, priorities)
		}
	})
}
