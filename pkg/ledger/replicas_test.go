package ledger_test

import (
	"fmt"
	"math"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/internal/events"
	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
)

// scraping writes what one of several servers scrapes of services with one
// instance each: as the events have it, or a while later, and nothing in a gap.
func scraping(all []*events.Events, offset time.Duration, down events.Gap) func(*prometheus.Writer) {
	return func(w *prometheus.Writer) {
		for i, e := range all {
			r := savedSamples{}
			e.Write(r)
			for code, samples := range r.later(e, offset) {
				w.Append(labels.FromStrings("__name__", metric, "job", "shop", "instance", fmt.Sprint("shop-", i), "code", code),
					outside(samples, down)...)
			}
		}
	}
}

func outside(samples []prometheus.Sample, down events.Gap) (kept []prometheus.Sample) {
	for _, s := range samples {
		if at := time.UnixMilli(s.Millis); !at.After(down.From) || at.After(down.To) {
			kept = append(kept, s)
		}
	}
	return kept
}

// savedSamples holds the samples of a service with one instance, by code.
type savedSamples map[string][]prometheus.Sample

func (r savedSamples) Append(series labels.Labels, samples ...prometheus.Sample) {
	r[series.Get("code")] = samples
}

// later returns what is scraped a while after each scrape, less than an
// interval. Restarts show in the good counter: they come right after a scrape.
func (r savedSamples) later(e *events.Events, offset time.Duration) savedSamples {
	if offset == 0 {
		return r
	}
	bads := map[int64]float64{}
	for _, s := range r["500"] {
		if !math.IsNaN(s.Value) {
			bads[s.Millis] = s.Value
		}
	}
	shifted, before := savedSamples{}, 0.0
	goods := r["200"]
	for i, s := range goods[:len(goods)-1] {
		from, at := time.UnixMilli(s.Millis), time.UnixMilli(s.Millis).Add(offset)
		all, _ := e.Count(from, time.UnixMilli(goods[i+1].Millis))
		g, b := e.Count(from, at)
		good, bad := s.Value+float64(g), bads[s.Millis]+float64(b)
		if goods[i+1].Value != s.Value+float64(all) {
			good, bad = float64(g), float64(b)
		}
		shifted["200"] = append(shifted["200"], prometheus.Float(at, good))
		switch {
		case bad > 0:
			shifted["500"] = append(shifted["500"], prometheus.Float(at, bad))
		case before > 0:
			shifted["500"] = append(shifted["500"], prometheus.Stale(at))
		}
		before = bad
	}
	return shifted
}
