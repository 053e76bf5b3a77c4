package events

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/labels"
)

// Answer holds what a server has of an installation, and the events that it shows.
type Answer struct {
	// Events that the server's samples show.
	Seen    Seen
	written []series
}

// Seen lists events, each at the first sample that counts it.
type Seen []seriesEvents

// seriesEvents holds the events of a series.
type seriesEvents struct {
	labels labels.Labels
	millis []int64
	// How many events there were up to each time.
	events []int
}

// Write writes the series.
func (a *Answer) Write(w Appender) {
	for _, s := range a.written {
		w.Append(s.labels, s.samples()...)
	}
}

// Count returns the events that samples in (from, to] were the first to count.
func (e Seen) Count(from, to time.Time) (good, bad int) {
	for _, s := range e {
		n := s.upTo(to) - s.upTo(from)
		if s.labels.Get("code") == "500" {
			bad += n
		} else {
			good += n
		}
	}
	return good, bad
}

// Of returns the events of the series that have a label of that value.
func (e Seen) Of(name, value string) Seen {
	return slices.DeleteFunc(slices.Clone(e), func(s seriesEvents) bool { return s.labels.Get(name) != value })
}

// Values returns the values of a label, sorted.
func (e Seen) Values(name string) []string {
	var all []string
	for _, s := range e {
		all = append(all, s.labels.Get(name))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func (s seriesEvents) upTo(t time.Time) int {
	n, _ := slices.BinarySearch(s.millis, t.UnixMilli()+1)
	if n == 0 {
		return 0
	}
	return s.events[n-1]
}

// show returns the events that the series of one process show.
func (p *process) show(all []series, start time.Time) []seriesEvents {
	base := p.base(all, start)
	found := make([]seriesEvents, len(all))
	type place struct{ series, reading int }
	byCounter := make([][]place, len(p.Counters))
	for i, s := range all {
		found[i].labels = s.labels
		for j, r := range s.readings {
			if !r.stale {
				byCounter[s.counter] = append(byCounter[s.counter], place{i, j})
			}
		}
	}
	for counter, places := range byCounter {
		at := func(p place) reading { return all[p.series].readings[p.reading] }
		slices.SortFunc(places, func(a, b place) int { return cmp.Compare(at(a).millis, at(b).millis) })
		last, in := base[counter], 0
		for _, p := range places {
			r := at(p)
			if r.life != in {
				last, in = 0, r.life
			}
			found[p.series].add(r.millis, int(r.value-last))
			last = r.value
		}
	}
	return found
}

func (s *seriesEvents) add(millis int64, events int) {
	if events == 0 {
		return
	}
	if n := len(s.events); n > 0 {
		events += s.events[n-1]
	}
	s.millis, s.events = append(s.millis, millis), append(s.events, events)
}

// base returns what the counters of a process hold besides events: their values
// when it was first scraped, unless it began after the scrape before.
func (p *process) base(all []series, start time.Time) []float64 {
	base := make([]float64, len(p.Counters))
	if p.From.After(start) && p.Known.IsZero() {
		return base
	}
	first := int64(math.MaxInt64)
	for _, s := range all {
		if i := slices.IndexFunc(s.readings, func(r reading) bool { return !r.stale }); i >= 0 {
			first = min(first, s.readings[i].millis)
		}
	}
	for i := range base {
		if value, in := p.value(i, first); in == 0 {
			base[i] = value
		}
	}
	return base
}
