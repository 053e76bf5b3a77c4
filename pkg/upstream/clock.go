package upstream

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

const (
	// answersKept is how many answers the clock remembers.
	answersKept = 5
	// longestTrip is the longest round trip that says something about a clock.
	longestTrip = 10 * time.Second
	// dateResolution is that of the Date header (RFC 9110, section 5.6.7).
	dateResolution = time.Second
)

// clock compares this machine's clock with the server's.
type clock struct {
	mu sync.Mutex
	// skews are those of the latest answers, the oldest first.
	skews []time.Duration
}

// Skew returns by how much this machine's clock is ahead of the server's, which
// is negative if it is behind. It is the median of what the Date headers of the
// latest five answers say, and right to a second and half of a round trip. It is
// not known before the first answer with such a header. Answers of caches and
// answers that took more than 10 s do not count.
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
	if err != nil || trip > longestTrip || header.Get("Age") != "" {
		return
	}
	// Both middles: of the request, and of the second that Date names. Without
	// the monotonic reading, for it is the clock on the wall that may be wrong.
	ours, theirs := sent.Round(0).Add(trip/2), date.Add(dateResolution/2)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.skews = append(c.skews, ours.Sub(theirs))
	if len(c.skews) > answersKept {
		c.skews = slices.Delete(c.skews, 0, 1)
	}
}
