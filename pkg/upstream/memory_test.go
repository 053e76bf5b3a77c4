package upstream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

const mib = 1 << 20

// largeBody is an answer whose one series has about so many MiB of samples. It calls
// between after each MiB.
func largeBody(size int, between func()) io.Reader {
	const sample = `[1700000100,"123456.789"],`
	piece := strings.Repeat(sample, mib/len(sample))
	readers := []io.Reader{strings.NewReader(`{"status":"success","data":{"result":[{"metric":{},"values":[`)}
	for range size {
		readers = append(readers, strings.NewReader(piece), pause(between))
	}
	return io.MultiReader(append(readers, strings.NewReader(`[1700000100,"1"]]}]}}`))...)
}

// pause is a reader of nothing.
type pause func()

func (p pause) Read([]byte) (int, error) {
	p()
	return 0, io.EOF
}

func sleep(d time.Duration) func() { return func() { time.Sleep(d) } }

// large is a server whose answers are so many MiB.
func large(size int, between func()) func(context.Context) (*http.Response, error) {
	return func(context.Context) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(largeBody(size, between))}, nil
	}
}

// TestMemoryIsShared has six answers of 3 MiB, of which 2 are counted, share 8. They
// come at the same time, so that all have begun when the memory is at its end.
func TestMemoryIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemoryBudget(8 * mib)
		var mu sync.Mutex
		most := int64(0)
		c := (&script{others: large(3, func() {
			time.Sleep(time.Millisecond)
			mu.Lock()
			defer mu.Unlock()
			most = max(most, memory.total())
		})}).client(t, Options{Memory: memory})
		for _, err := range crowd(t, c, 6) {
			if err != nil {
				t.Error(err)
			}
		}
		if most > memory.limit || most < memory.limit/2 {
			t.Errorf("held %d bytes of %d at most", most, memory.limit)
		}
		wantReturned(t, memory)
	})
}

func (b *MemoryBudget) total() (held int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, a := range b.reservations {
		held += a.bytes
	}
	return held
}

func wantReturned(t *testing.T, b *MemoryBudget) {
	t.Helper()
	if held := b.total(); held != 0 || len(b.reservations) != 0 {
		t.Errorf("%d queries hold %d bytes when all is over", len(b.reservations), held)
	}
}

func TestMemoryLimits(t *testing.T) {
	for name, test := range map[string]struct {
		budget int64
		size   int
		says   string
	}{
		"an answer beyond the half": {4 * mib, 4, "takes more than the 2 MiB of memory that one query may use"},
		"just enough":               {6 * mib, 4, ""},
	} {
		t.Run(name, func(t *testing.T) {
			server := &script{others: large(test.size, func() {})}
			memory := NewMemoryBudget(test.budget)
			c := server.client(t, Options{Memory: memory})
			_, _, err := c.Range(t.Context(), "up", epoch, epoch.Add(time.Hour), time.Minute)
			if test.says != "" {
				wantError(t, err, LimitExceeded, test.says)
			} else if kind, _ := KindOf(err); kind != NotPrometheus {
				t.Errorf("got %v, which is not about the times of the answer", err)
			}
			if n := server.requests.Load(); n != 1 {
				t.Errorf("%d requests, want 1", n)
			}
			wantReturned(t, memory)
		})
	}
}

// TestNoMemoryInTime: the oldest query is on its way for longer than the others
// have time.
func TestNoMemoryInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemoryBudget(8 * mib)
		server := &script{
			known:  map[string]func(context.Context) (*http.Response, error){"first": large(4, sleep(9*time.Second))},
			others: large(4, sleep(time.Millisecond)),
		}
		server.known["tiny"] = answering(0, 200, okBody)
		c := server.client(t, Options{Memory: memory, Timeout: 40 * time.Second})
		other := server.client(t, Options{Memory: memory, Timeout: 5 * time.Second, Concurrency: 3})
		var group sync.WaitGroup
		group.Go(func() {
			if _, _, err := c.Instant(t.Context(), "first", epoch); err != nil {
				t.Error(err)
			}
		})
		time.Sleep(10 * time.Second) // The first holds memory.
		errs := make([]error, 3)
		for i := range errs {
			group.Go(func() { _, _, errs[i] = other.Instant(t.Context(), fmt.Sprintf("up == %d", i), epoch) })
		}
		time.Sleep(time.Second)
		began := time.Now()
		if _, _, err := other.Instant(t.Context(), "tiny", epoch); err != nil || time.Since(began) > 0 {
			t.Errorf("a small answer took %s: %v", time.Since(began), err)
		}
		group.Wait()
		failed := 0
		for _, err := range errs {
			if err != nil {
				failed++
				wantError(t, err, LimitExceeded, "no memory in time")
				wantError(t, err, LimitExceeded, "share 8 MiB")
			}
		}
		if failed == 0 {
			t.Error("three answers that take 3 MiB each fit in 4")
		}
		wantReturned(t, memory)
	})
}

// TestMemoryIsReturned: failures return what was read.
func TestMemoryIsReturned(t *testing.T) {
	memory := NewMemoryBudget(64 * mib)
	broken := func(context.Context) (*http.Response, error) {
		body := io.MultiReader(io.LimitReader(largeBody(8, func() {}), 5*mib), brokenReader{})
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(body)}, nil
	}
	c := (&script{others: broken}).client(t, Options{Memory: memory})
	c.retries.first = time.Millisecond
	_, _, err := c.Instant(t.Context(), "up", epoch)
	wantError(t, err, Truncated, "broken")
	wantReturned(t, memory)
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errors.New("broken") }

// TestEstimate: what is counted is about what an answer takes in memory.
func TestCountedBytes(t *testing.T) {
	a, err := decodeQuery(largeBody(10, func() {}))
	if err != nil {
		t.Fatal(err)
	}
	if took := cap(a.series[0].Samples) * 16; took > 10*mib || took < 5*mib {
		t.Errorf("10 MiB take %d bytes", took)
	}
}
