package upstream

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

const (
	// The clock remembers the skew of the latest maxSkews answers.
	maxSkews = 5
	// Round trips of more than maxRoundTrip tell nothing about a clock.
	maxRoundTrip = 10 * time.Second
	// dateResolution is the resolution of the Date header (RFC 9110, section
	// 5.6.7).
	dateResolution = time.Second
)

// clock compares this machine's clock with the server's.
type clock struct {
	mu sync.Mutex
	// The skews of the latest answers, the oldest first.
	skews []time.Duration
}

// Skew returns by how much this machine's clock is ahead of the server's, negative
// if it is behind. It is the median of the Date headers of the latest five answers,
// right to a second and half of a round trip, and unknown before the first answer
// with such a header. Answers from caches and answers that took more than 10 s do
// not count.
func (c *Client) Skew() (ahead time.Duration, known bool) { return c.clock.skew() }

func (c *clock) skew() (ahead time.Duration, known bool) {
	c.mu.Lock()
	sorted := slices.Sorted(slices.Values(c.skews))
	c.mu.Unlock()
	if len(sorted) == 0 {
		return 0, false
	}
	return sorted[len(sorted)/2], true
}

// observe learns from the headers of an answer.
func (c *clock) observe(sent, received time.Time, header http.Header) {
	date, err := http.ParseTime(header.Get("Date"))
	trip := received.Sub(sent)
	if err != nil || trip > maxRoundTrip || header.Get("Age") != "" {
		return
	}
	// Both are middles: of the request, and of the second that Date names. There is
	// no monotonic reading, for it is the wall clock that may be wrong.
	ours, theirs := sent.Round(0).Add(trip/2), date.Add(dateResolution/2)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.skews = append(c.skews, ours.Sub(theirs))
	if len(c.skews) > maxSkews {
		c.skews = slices.Delete(c.skews, 0, 1)
	}
}
