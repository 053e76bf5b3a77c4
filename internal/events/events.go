package events

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
)

// Events holds the raw events of a service.
type Events struct {
	profile   Profile
	instances []instance
}

// instance holds one instance's events and scrapes.
type instance struct {
	scrapes   []scrape
	lives     lives
	good, bad []int64 // times in milliseconds, sorted
}

// Generate returns random events of a profile.
func Generate(p Profile) (*Events, error) {
	if err := p.validate(); err != nil {
		return nil, err
	}
	e := &Events{profile: p}
	for i := range p.Instances {
		e.instances = append(e.instances, generate(p, i))
	}
	return e, nil
}

// Count returns the number of events in (from, to].
func (e *Events) Count(from, to time.Time) (good, bad int) {
	a, b := from.UnixMilli(), to.UnixMilli()
	for _, i := range e.instances {
		good += between(i.good, a, b)
		bad += between(i.bad, a, b)
	}
	return good, bad
}

// Appender takes samples, as a prometheus.Writer does.
type Appender interface {
	Append(series labels.Labels, samples ...prometheus.Sample)
}

// Write writes the scraped counters.
func (e *Events) Write(w Appender) {
	for n, i := range e.instances {
		w.Append(e.series(n, "200"), i.samples(i.good, e.profile.Already, true)...)
		w.Append(e.series(n, "500"), i.samples(i.bad, 0, e.profile.BadFromZero)...)
	}
}

func (e *Events) series(instance int, code string) labels.Labels {
	return labels.FromStrings(
		"__name__", e.profile.Metric,
		"job", e.profile.Job,
		"instance", e.profile.Job+"-"+strconv.Itoa(instance),
		"code", code)
}

func generate(p Profile, n int) instance {
	random := rand.New(rand.NewPCG(p.Seed, uint64(n)))
	i := instance{scrapes: schedule(p, n, random)}
	i.lives = drawLives(p, i.scrapes, random)
	share := 1 / float64(p.Instances)
	for _, l := range i.lives {
		i.good = append(i.good, swing(p.Daily).poisson(p.Good*share, l, random)...)
		i.bad = append(i.bad, swing(p.Daily).poisson(p.Bad*share, l, random)...)
		for _, b := range p.Bursts {
			i.bad = append(i.bad, swing(p.Daily).poisson(b.Bad*share, l.within(b), random)...)
		}
	}
	slices.Sort(i.bad) // bursts are generated on top
	return i
}

// between returns the number of times in (a, b].
func between(times []int64, a, b int64) int { return max(0, upTo(times, b)-upTo(times, a)) }

// upTo returns the number of times that are at most t.
func upTo(times []int64, t int64) int {
	n, _ := slices.BinarySearch(times, t+1)
	return n
}
