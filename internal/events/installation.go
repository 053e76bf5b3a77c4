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
	// Samples lie between Start and End.
	Start, End time.Time
	Targets    []Target
	// Summed adds a recording rule that sums the series without the label instance.
	Summed bool
	// By, if set, is the label whose values distinguish events.
	By string
	// Exact says that the samples show all events, whatever increase makes of them.
	Exact bool
}

// Answer returns random events of the installation and what a server has of them.
func (i Installation) Answer() (*Answer, error) {
	if err := i.validate(); err != nil {
		return nil, err
	}
	a := &Answer{}
	for n, t := range i.Targets {
		random := rand.New(rand.NewPCG(i.Seed, uint64(n)))
		p := newProcess(t, random)
		all := p.series(random)
		a.written = append(a.written, all...)
		a.Seen = append(a.Seen, p.show(all, i.Start)...)
		p.times = nil // there are millions, and the series refer to p
	}
	if i.Summed {
		a.written = sum(a.written, i.Start, i.End)
	}
	return a, nil
}

// series returns what the answer has of the process, deduplicated if there are
// two servers.
func (p *process) series(random *rand.Rand) []series {
	scraped := p.observe(p.Scraping, random)
	if p.Replica != nil {
		for i, second := range p.observe(*p.Replica, random) {
			scraped[i] = deduplicate(scraped[i], second)
		}
	}
	var all []series
	for _, s := range scraped {
		all = append(all, s.relabel()...)
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
