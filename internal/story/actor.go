package story

import (
	"slices"

	"github.com/prometheus/prometheus/model/labels"
)

// actor counts the requests of an instance during one life.
type actor struct {
	service
	chance
	incidents []Incident
	// All codes with which the service's requests ever fail.
	codes []string
	paths []*path
	watch *stopwatch
}

// path counts the requests of one route.
type path struct {
	route
	good *counter
	// A counter for each of the service's codes.
	failed []*counter
}

func newActor(n narrator, s service, l life) *actor {
	a := &actor{service: s, chance: newChance(n.Seed, l.instance+l.from.UTC().String())}
	for _, i := range n.incidents {
		if i.Service == s.job {
			a.incidents = append(a.incidents, i)
		}
	}
	a.codes = a.failures()
	instance := labels.FromStrings("job", l.job, "instance", l.instance)
	for _, r := range s.routes {
		a.paths = append(a.paths, a.newPath(r, instance))
	}
	if s.latency != nil {
		a.watch = newStopwatch(*s.latency, instance)
	}
	return a
}

func (a *actor) failures() []string {
	var codes []string
	for _, f := range a.faults {
		codes = append(codes, f.code)
	}
	for _, i := range a.incidents {
		if i.Errors > 0 {
			codes = append(codes, i.Code)
		}
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

func (a *actor) newPath(r route, instance labels.Labels) *path {
	if r.name != "" {
		instance = with(instance, "route", r.name)
	}
	p := &path{route: r, good: &counter{series: seriesOf(instance, a.metric, a.code, a.ok)}}
	for _, code := range a.codes {
		p.failed = append(p.failed, &counter{series: seriesOf(instance, a.metric, a.code, code), lazy: true})
	}
	return p
}

// scrape handles the requests since the scrape before and takes samples.
func (a *actor) scrape(at, since int64) (total, failed int) {
	mean := a.rate / instances * a.rhythm.factor(at) * float64(since) / 1000
	for _, p := range a.paths {
		n := a.poisson(mean * p.share)
		total += n
		failed += p.scrape(at, n, a.ratios(p.name, at), a.chance)
	}
	if a.watch != nil {
		a.watch.scrape(at, total, a.slowness(at), a.chance)
	}
	return total, failed
}

// ratios returns the shares of a route's requests that fail with each code. The
// usual faults befall only the requests that an incident leaves over.
func (a *actor) ratios(route string, at int64) []float64 {
	ratios, spared := make([]float64, len(a.codes)), 1.0
	add := func(code string, ratio float64) { ratios[slices.Index(a.codes, code)] += ratio }
	for _, i := range a.incidents {
		if i.Errors > 0 && i.during(at) && (i.Route == "" || i.Route == route) {
			add(i.Code, i.Errors)
			spared *= 1 - i.Errors
		}
	}
	for _, f := range a.faults {
		add(f.code, f.ratio*spared)
	}
	return ratios
}

// slowness returns the factor by which requests take longer than usual.
func (a *actor) slowness(at int64) float64 {
	factor := 1.0
	for _, i := range a.incidents {
		if i.Slow > 0 && i.during(at) {
			factor *= i.Slow
		}
	}
	return factor
}

// scrape counts n requests by their outcomes and returns how many failed.
func (p *path) scrape(at int64, n int, ratios []float64, c chance) (failed int) {
	for i, counter := range p.failed {
		k := c.binomial(n-failed, ratios[i])
		counter.scrape(at, float64(k))
		failed += k
	}
	p.good.scrape(at, float64(n-failed))
	return failed
}

func (p *path) end(out Appender, at int64) {
	p.good.end(out, at)
	for _, counter := range p.failed {
		counter.end(out, at)
	}
}

// seriesOf returns the series of a metric with the given labels and further ones.
func seriesOf(of labels.Labels, metric string, more ...string) labels.Labels {
	return with(of, append(more, "__name__", metric)...)
}

// with adds labels, given as names and values in turn.
func with(of labels.Labels, more ...string) labels.Labels {
	b := labels.NewBuilder(of)
	for i := 0; i+1 < len(more); i += 2 {
		b.Set(more[i], more[i+1])
	}
	return b.Labels()
}
