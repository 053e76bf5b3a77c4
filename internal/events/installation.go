package events

import (
	"errors"
	"math/rand/v2"
	"time"
)

// Installation describes targets and the servers that scrape them.
type Installation struct {
	Name string
	// Metric names the counters.
	Metric string
	// Seed makes the events; equal installations have equal events.
	Seed uint64
	// Start and End are the times between which there are samples.
	Start, End time.Time
	Targets    []Target
	// Summed has a recording rule sum the series without the label instance.
	Summed bool
	// By, if set, is a label by whose values events are told apart.
	By string
	// Exact says that the samples tell all events, whatever increase makes
	// of them.
	Exact bool
}

// Answer invents the installation's events and what a server has of them.
func (i Installation) Answer() (*Answer, error) {
	if err := i.validate(); err != nil {
		return nil, err
	}
	a := &Answer{}
	for n, t := range i.Targets {
		random := rand.New(rand.NewPCG(i.Seed, uint64(n)))
		p := newProcess(t, random)
		var all []series
		for _, s := range p.scraped(random) {
			all = append(all, s.relabel()...)
		}
		a.written = append(a.written, all...)
		a.Seen = append(a.Seen, p.show(all, i.Start)...)
		p.times = nil // there are millions
	}
	if i.Summed {
		a.written = sum(a.written, i.Start, i.End)
	}
	return a, nil
}

// scraped returns the process' series, deduplicated if there are two servers.
func (p *process) scraped(random *rand.Rand) []series {
	all := p.observe(p.Scraping, random)
	if p.Replica == nil {
		return all
	}
	second := p.observe(*p.Replica, random)
	for i := range all {
		all[i] = deduplicate(all[i], second[i])
	}
	return all
}

func (i Installation) validate() error {
	if len(i.Targets) == 0 {
		return errors.New("events: an installation needs a target")
	}
	for _, t := range i.Targets {
		switch {
		case t.Labels.Get("__name__") == "":
			return errors.New("events: a target needs a metric")
		case t.From.Before(i.Start) || t.To.After(i.End):
			return errors.New("events: a target must be within its installation's time")
		case t.Scraping.Interval < time.Millisecond:
			return errors.New("events: a target must be scraped")
		}
	}
	return nil
}
