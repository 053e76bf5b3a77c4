package story

import (
	"math"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
)

// probe writes what two probes see of the checkout from outside: 1 if it can
// be reached, 0 if not. It cannot during the checkout's outages, and seldom
// otherwise.
func (n narrator) probe() {
	for _, region := range []string{"eu-west", "us-east"} {
		noise := newChance(n.Seed, "probe "+region)
		series := labels.FromStrings("__name__", "probe_success",
			"job", "probe", "target", "checkout", "region", region)
		n.gauge(series, func(at int64) float64 {
			if n.outage("checkout", at) || noise.Float64() < 0.0001 {
				return 0
			}
			return 1
		})
	}
}

// backlog writes the number of notifications that wait to be sent: a few, and
// many for an hour about every eight days.
func (n narrator) backlog() {
	noise := newChance(n.Seed, "backlog")
	jam := 0.0
	n.gauge(labels.FromStrings("__name__", "notifications_queue_length", "job", "notifications"),
		func(at int64) float64 {
			if noise.Float64() < 1.0/(8*24*120) {
				jam = 400
			}
			jam *= 0.985
			return math.Round(jam + 12*daytime.factor(at)*noise.Float64())
		})
}

// gauge writes a series with a sample for every scrape.
func (n narrator) gauge(series labels.Labels, value func(at int64) float64) {
	var samples []prometheus.Sample
	n.scrapes(n.Now.Add(-history), n.Now.Add(n.Ahead), func(at, _ int64) {
		samples = append(samples, prometheus.Sample{Millis: at, Value: value(at)})
	})
	n.out.Append(series, samples...)
}

// outage says whether all of a service's requests fail at a time.
func (n narrator) outage(service string, at int64) bool {
	for _, i := range n.incidents {
		if i.Service == service && i.Errors >= 1 && i.during(at) {
			return true
		}
	}
	return false
}
