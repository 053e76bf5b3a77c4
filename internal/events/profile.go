// Package events generates raw events of a service, each with its exact time, and
// the counters that a Prometheus server would have scraped of them. Tests compare
// what is computed from the counters with the number of events.
package events

import (
	"errors"
	"time"
)

// Profile describes a service's events and how they are scraped.
type Profile struct {
	// Seed makes the events; equal profiles have equal events.
	Seed uint64
	// Metric and Job name the counters, which also have the labels instance and
	// code (200 for good events, 500 for bad ones).
	Metric, Job string
	// The service is scraped between Start and End.
	Start, End time.Time
	// Number of instances that share the events.
	Instances int
	// Mean rates in events per second of the whole service.
	Good, Bad float64
	// How far the rates swing around their means over a day, 0 to 1.
	Daily float64
	// Additional bad events.
	Bursts []Burst

	// Time from scrape to scrape. Each instance is scraped at an offset of its own.
	Interval time.Duration
	// How late a scrape may be at most, less than Interval.
	Jitter time.Duration
	// About how long an instance lives until it restarts, right after a scrape, and
	// its counters start anew; 0 means for ever.
	Uptime time.Duration
	// How long a restart takes.
	Downtime time.Duration
	// Times without scrapes. Events go on, and no instance restarts.
	Gaps []Gap
	// Value of each instance's good counter when it is scraped for the first time.
	// Those events are not counted.
	Already int
	// BadFromZero makes the bad counter exist from an instance's start. Otherwise
	// it appears with the first bad event and vanishes at a restart.
	BadFromZero bool
}

// Burst describes a time of more bad events.
type Burst struct {
	From, To time.Time
	// Rate in events per second of the whole service.
	Bad float64
}

// Gap describes a time (From, To] without scrapes.
type Gap struct {
	From, To time.Time
	// Server says that the Prometheus server itself was down, which leaves no
	// staleness markers; otherwise the scrapes failed.
	Server bool
}

const day = 24 * time.Hour

// gapAt returns the gap that a time falls into, nil if there is none.
func gapAt(gaps []Gap, millis int64) *Gap {
	for i, g := range gaps {
		if g.From.UnixMilli() < millis && millis <= g.To.UnixMilli() {
			return &gaps[i]
		}
	}
	return nil
}

func (p Profile) validate() error {
	switch {
	case p.Metric == "" || p.Job == "":
		return errors.New("events: Metric and Job must be set")
	case p.Instances < 1:
		return errors.New("events: at least one instance is needed")
	case p.Interval < time.Millisecond || p.Jitter < 0 || p.Jitter >= p.Interval:
		return errors.New("events: Interval must be positive and longer than Jitter")
	case p.End.Sub(p.Start) < 2*p.Interval:
		return errors.New("events: there must be time for two scrapes")
	case p.Daily < 0 || p.Daily > 1:
		return errors.New("events: Daily must be between 0 and 1")
	}
	return nil
}
