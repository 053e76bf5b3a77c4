package events

import (
	"time"

	"github.com/prometheus/prometheus/model/labels"
)

// Target describes a process and how it is scraped.
type Target struct {
	// Labels are shared by all series of the target.
	Labels   labels.Labels
	Counters []Counter
	// From and To are when the process begins, restarts included, and ends.
	From, To time.Time
	// Known is when scraping begins, if later than From. What the counters
	// hold then is no event.
	Known    time.Time
	Restarts Restarts
	Scraping Scraping
	// Replica is a second server that scrapes the same. The answer takes
	// each series now from one, now from the other.
	Replica *Scraping
	// Relabelled, if set, changes the labels of all series.
	Relabelled *Relabelling
}

// Counter describes a counter of a process. Its label code is 200 if it counts
// good events, 500 if it counts bad ones.
type Counter struct {
	Labels labels.Labels
	// Rate is a mean in events per second.
	Rate float64
	// Jumps are events on top.
	Jumps []Jump
	// Already is what the counter stands at when its process begins.
	Already int
	// FromZero has the series exist from the process' start. It otherwise
	// appears with the first event.
	FromZero bool
	// Hidden are times in which scrapes succeed and lack the series.
	Hidden []Gap
	// Wrong are values that the counter never had.
	Wrong []Wrong
}

// Jump is a number of events at once.
type Jump struct {
	At     time.Time
	Events int
}

// Wrong is a sample, the first after a time, of a value that is not true.
type Wrong struct {
	After time.Time
	Value float64
}

// Restarts are the times at which a process begins anew.
type Restarts struct {
	// Every is about how long a process runs, 0 for ever.
	Every time.Duration
	// At are times on top.
	At []time.Time
	// Down is how long each takes.
	Down time.Duration
}

// Scraping describes how a server scrapes a target.
type Scraping struct {
	Interval time.Duration
	// Phase shifts all scrapes.
	Phase time.Duration
	// Jitter is how late a scrape may be at most.
	Jitter time.Duration
	// Missed is the share of scrapes that do not succeed. Half of them fail,
	// which ends all series, and half are not attempted.
	Missed float64
	// Gaps are times without scrapes.
	Gaps []Gap
	// Skew is the most by which the samples of a scrape are apart.
	Skew time.Duration
	// Own is how often the target itself sets the time of a series, at
	// seconds of the series' own; 0 if the server sets it. Such series end
	// without a marker.
	Own time.Duration
}

// Relabelling changes labels while processes and their counters go on.
type Relabelling struct {
	At    time.Time
	Label labels.Label
	// Unmarked says that the old series end without a staleness marker.
	Unmarked bool
}
