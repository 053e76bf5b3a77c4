package story

import (
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
)

// tell writes all series of a service.
func (n narrator) tell(s service) {
	from, until := n.span(s)
	sums := tally{}
	for instance := range instances {
		for _, l := range s.lives(from, until, n.Now, instance) {
			n.live(s, l, sums)
		}
	}
	if s.recorded != "" {
		n.record(s, from, until, sums)
	}
}

// live writes one life of an instance and adds its requests to sums.
func (n narrator) live(s service, l life, sums tally) {
	a := newActor(n, s, l)
	var last, step int64
	n.scrapes(l.from, l.to, func(at, since int64) {
		total, failed := a.scrape(at, since)
		sums.add(at, total, failed)
		last, step = at, since
	})
	end := last + step
	if !l.to.Before(n.Now.Add(n.Ahead)) {
		end = 0 // it lives on
	}
	for _, p := range a.paths {
		p.end(n.out, end)
	}
	if a.watch != nil {
		a.watch.end(n.out, end)
	}
}

// tally counts requests, and failed ones, by minute.
type tally map[int64]struct{ total, failed int }

func (t tally) add(at int64, total, failed int) {
	sum := t[at/60_000]
	sum.total += total
	sum.failed += failed
	t[at/60_000] = sum
}

// record writes the error ratio of the last five minutes as a recording rule
// would, once a minute. Minutes without requests have no ratio.
func (n narrator) record(s service, from, until time.Time, sums tally) {
	var samples []prometheus.Sample
	for minute := from.UnixMilli()/60_000 + 5; minute <= until.UnixMilli()/60_000; minute++ {
		total, failed := 0, 0
		for m := minute - 5; m < minute; m++ {
			total += sums[m].total
			failed += sums[m].failed
		}
		if total > 0 {
			ratio := float64(failed) / float64(total)
			samples = append(samples, prometheus.Sample{Millis: minute * 60_000, Value: ratio})
		}
	}
	n.out.Append(labels.FromStrings("__name__", s.recorded, "job", s.job), samples...)
}
