package prometheus

import (
	"math"
	"time"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/value"
)

// Sample holds one sample of a series.
type Sample struct {
	// Time in milliseconds since the epoch.
	Millis int64
	Value  float64
	// Histogram is set for samples of native histograms; Value is then unused.
	Histogram *histogram.FloatHistogram
}

// Float returns a sample of a counter or a gauge.
func Float(at time.Time, v float64) Sample { return Sample{Millis: at.UnixMilli(), Value: v} }

// Native returns a sample of a native histogram.
func Native(at time.Time, h *histogram.FloatHistogram) Sample {
	return Sample{Millis: at.UnixMilli(), Histogram: h}
}

// Stale returns a marker that the series ended before at: what a server writes when
// a scrape fails or no longer has the series.
func Stale(at time.Time) Sample { return Float(at, math.Float64frombits(value.StaleNaN)) }
