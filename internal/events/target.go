package events

import (
	"time"

	"github.com/prometheus/prometheus/model/labels"
)

// Target describes a process and how it is scraped.
type Target struct {
	// Shared by all series of the target.
	Labels   labels.Labels
	Counters []Counter
	// When the process begins, restarts included, and when it ends.
	From, To time.Time
	// When scraping begins, if later than From. What the counters hold then counts
	// as no event.
	Known    time.Time
	Restarts Restarts
	Scraping Scraping
	// A second server that scrapes the same. The answer takes each series now from
	// one, now from the other.
	Replica *Scraping
	// Relabelled, if set, changes the labels of all series.
	Relabelled *Relabelling
}

// Counter describes a counter of a process. Its label code is 200 if it counts
// good events, 500 if it counts bad ones.
type Counter struct {
	Labels labels.Labels
	// Mean rate in events per second.
	Rate float64
	// Additional events.
	Jumps []Jump
	// Value of the counter when its process begins.
	Already int
	// FromZero makes the series exist from the process' start. Otherwise it appears
	// with the first event.
	FromZero bool
	// Times in which scrapes succeed but lack the series.
	Hidden []Gap
	// Values that the counter never had.
	Wrong []Wrong
}

// Jump describes a number of events at once.
type Jump struct {
	At     time.Time
	Events int
}

// Wrong describes a wrong value of the first sample after a time.
type Wrong struct {
	After time.Time
	Value float64
}

// Restarts describes when a process starts anew.
type Restarts struct {
	// About how long a process runs, 0 for ever.
	Every time.Duration
	// Additional times.
	At []time.Time
	// How long each restart takes.
	Down time.Duration
}

// Scraping describes how a server scrapes a target.
type Scraping struct {
	Interval time.Duration
	// Shifts all scrapes.
	Phase time.Duration
	// How late a scrape may be at most.
	Jitter time.Duration
	// Share of scrapes that do not succeed, 0 to 1. Half of them fail, which ends
	// all series, and half are not attempted.
	Missed float64
	// Times without scrapes.
	Gaps []Gap
	// How far apart the samples of a scrape may be.
	Skew time.Duration
	// How often the target itself sets the time of a series, at seconds of the
	// series' own; 0 if the server sets it. Such series end without a marker.
	Own time.Duration
}

// Relabelling changes labels while processes and their counters go on.
type Relabelling struct {
	At    time.Time
	Label labels.Label
	// Unmarked says that the old series end without a staleness marker.
	Unmarked bool
}
