package counter

import (
	"fmt"
	"math"
	"testing"

	"github.com/prometheus/prometheus/model/labels"
)

// BenchmarkWalk walks what a process of very many series shows. What it takes
// must not be square in their number.
func BenchmarkWalk(b *testing.B) {
	for _, c := range crowds {
		for _, series := range []int{1_000, 20_000} {
			b.Run(fmt.Sprintf("%s, %d", c.name, series), func(b *testing.B) {
				n := 0
				for b.Loop() {
					b.StopTimer()
					k, samples := c.samples(series)
					n += len(samples)
					b.StartTimer()
					k.Walk(samples, math.MaxInt64, func(*Track, int64, Events) {})
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/sample")
			})
		}
	}
}

// crowd is a target with very many series.
type crowd struct {
	name string
	// value is what series i shows at a scrape, negative for nothing.
	value func(i, scrape int) float64
}

// crowds are each seen in ten scrapes.
var crowds = []crowd{
	{"all grow", func(i, scrape int) float64 { return float64(100 + i + scrape) }},
	{"all are quiet", func(i, _ int) float64 { return float64(i % 20) }},
	{"a restart that most do not show", func(i, scrape int) float64 {
		if i == 0 && scrape < 5 {
			return 1000
		}
		return float64(i%8 + scrape)
	}},
	{"a restart and a slow return", func(i, scrape int) float64 {
		if scrape >= 5 && i%10 > 2*(scrape-5) {
			return -1
		}
		return float64(i % 20)
	}},
	{"all are born", func(i, scrape int) float64 {
		if scrape < 7 {
			return -1
		}
		return float64(i)
	}},
	{"half are relabelled", func(i, scrape int) float64 {
		if i%2 == 0 == (scrape < 7) {
			return float64(i + scrape)
		}
		return -1
	}},
}

// samples returns those of n series that are new to the tracker.
func (c crowd) samples(n int) (*Tracker, []Sample) {
	k := NewTracker(1, []string{"code"})
	var samples []Sample
	for i := range n {
		tr, _ := k.Track(0, labels.FromStrings("instance", "i", "code", fmt.Sprint(i)))
		tr.Total = 1
		for scrape := range 10 {
			if v := c.value(i, scrape); v >= 0 {
				samples = append(samples, Sample{Track: tr, T: at(scrape, 0) + int64(i%4), V: v})
			}
		}
	}
	return k, samples
}
