package events

import (
	"math/rand/v2"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
)

// series holds what a server has of one counter of a process under one label set.
type series struct {
	labels   labels.Labels
	process  *process
	counter  int
	readings []reading
}

// reading holds a sample and what only its maker knows of it.
type reading struct {
	millis int64
	// The counter's value, and what the server has.
	value, written float64
	// Index of the life of the process that the reading shows.
	life int
	// stale marks that the series ended. There is no value then.
	stale bool
}

func (s series) samples() []prometheus.Sample {
	all := make([]prometheus.Sample, len(s.readings))
	for i, r := range s.readings {
		all[i] = prometheus.Sample{Millis: r.millis, Value: r.written}
		if r.stale {
			all[i] = prometheus.Stale(time.UnixMilli(r.millis))
		}
	}
	return all
}

// observe returns the series that a server has of a process, one for each counter.
func (p *process) observe(s Scraping, random *rand.Rand) []series {
	scrapes := s.schedule(later(p.From, p.Known), p.To, random)
	all := make([]series, len(p.Counters))
	for i, c := range p.Counters {
		ls := labels.NewBuilder(p.Labels)
		c.Labels.Range(func(l labels.Label) { ls.Set(l.Name, l.Value) })
		all[i] = series{labels: ls.Labels(), process: p, counter: i, readings: p.read(i, s, scrapes, random)}
		c.applyWrong(all[i].readings)
	}
	return all
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// schedule returns the scrapes that a server attempts. They go on for some time
// after the end, so that series end with a marker.
func (s Scraping) schedule(from, to time.Time, random *rand.Rand) []scrape {
	var scrapes []scrape
	first := from.Truncate(s.Interval).Add(s.Phase)
	for at := first; at.Before(to.Add(s.Interval)); at = at.Add(s.Interval) {
		millis := at.UnixMilli() + random.Int64N(s.Jitter.Milliseconds()+1)
		gap := gapAt(s.Gaps, millis)
		missed, failed := random.Float64() < s.Missed, random.IntN(2) == 0
		if millis < from.UnixMilli() || gap != nil && gap.Server || missed && !failed {
			continue
		}
		scrapes = append(scrapes, scrape{millis, gap != nil || missed})
	}
	return scrapes
}

// read returns the readings of a counter.
func (p *process) read(counter int, s Scraping, scrapes []scrape, random *rand.Rand) []reading {
	var all []reading
	present := false
	stamp := s.stamp(random)
	for _, sc := range scrapes {
		millis := stamp(sc.millis)
		if n := len(all); n > 0 && millis <= all[n-1].millis {
			continue // the target has not counted since
		}
		value, in := p.value(counter, millis)
		exposed := in >= 0 && !sc.failed && p.lives.at(sc.millis) == in && p.Counters[counter].expose(value, sc.millis)
		switch {
		case exposed:
			all = append(all, reading{millis: millis, value: value, written: value, life: in})
		case present && s.Own == 0:
			all = append(all, reading{millis: millis, stale: true})
		}
		present = exposed
	}
	return all
}

// stamp returns a function from the times of scrapes to those of a series' samples.
func (s Scraping) stamp(random *rand.Rand) func(millis int64) int64 {
	switch {
	case s.Own > 0:
		every := s.Own.Milliseconds()
		phase := random.Int64N(every)
		return func(millis int64) int64 { return millis - (millis-phase)%every }
	case s.Skew > 0:
		return func(millis int64) int64 { return millis + random.Int64N(s.Skew.Milliseconds()+1) }
	}
	return func(millis int64) int64 { return millis }
}

// applyWrong writes the counter's wrong values.
func (c Counter) applyWrong(readings []reading) {
	for _, w := range c.Wrong {
		for i := range readings {
			if r := &readings[i]; r.millis > w.After.UnixMilli() && !r.stale {
				r.written = w.Value
				break
			}
		}
	}
}

// relabel returns the series, split in two if the target is relabelled.
func (s series) relabel() []series {
	r := s.process.Relabelled
	if r == nil {
		return []series{s}
	}
	n := 0
	for n < len(s.readings) && s.readings[n].millis <= r.At.UnixMilli() {
		n++
	}
	before, after := s, s
	before.readings = s.readings[:n:n]
	if n > 0 && !s.readings[n-1].stale && !r.Unmarked {
		before.readings = append(before.readings, reading{millis: r.At.UnixMilli() + 1, stale: true})
	}
	after.readings = s.readings[n:]
	after.labels = labels.NewBuilder(s.labels).Set(r.Label.Name, r.Label.Value).Labels()
	return []series{before, after}
}
