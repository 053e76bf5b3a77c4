package story

import (
	"math"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/value"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
)

// counter counts during one life.
type counter struct {
	series labels.Labels
	// lazy counters appear with their first event.
	lazy    bool
	value   float64
	samples []prometheus.Sample
}

// scrape counts events and takes a sample.
func (c *counter) scrape(at int64, events float64) {
	c.value += events
	if c.value > 0 || !c.lazy {
		c.samples = append(c.samples, prometheus.Sample{Millis: at, Value: c.value})
	}
}

// end marks that the life ended before a time and writes the samples.
func (c *counter) end(out Appender, at int64) { write(out, c.series, c.samples, at) }

// write writes samples and, unless at is 0, a staleness marker. A series
// without samples gets none.
func write(out Appender, series labels.Labels, samples []prometheus.Sample, at int64) {
	if len(samples) == 0 {
		return
	}
	if at > 0 {
		samples = append(samples, prometheus.Sample{Millis: at, Value: math.Float64frombits(value.StaleNaN)})
	}
	out.Append(series, samples...)
}
