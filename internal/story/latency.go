package story

import (
	"math"
	"strconv"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
)

// latency describes a log-normal distribution of durations in seconds.
type latency struct {
	metric         string
	median, spread float64
	// The bounds of a classic histogram; nil for a native one.
	bounds []float64
}

var classicBounds = []float64{0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5}

// The native histogram's resolution: bucket i ends at 2^(i/4). Those used hold
// durations from 8 ms to 4 s.
const (
	schema        = 2
	first, length = -27, 36
)

func nativeBounds() []float64 {
	bounds := make([]float64, length-1)
	for i := range bounds {
		bounds[i] = math.Exp2(float64(first+i) / (1 << schema))
	}
	return bounds
}

// stopwatch measures the requests of one instance's life.
type stopwatch struct {
	latency
	cuts   []float64
	counts []float64
	sum    float64
	// The probabilities of the buckets by slowness.
	chances map[float64][]float64

	buckets []*counter
	total   *counter
	seconds *counter
	native  []prometheus.Sample
	series  labels.Labels
}

func newStopwatch(l latency, of labels.Labels) *stopwatch {
	cuts := l.bounds
	if cuts == nil {
		cuts = nativeBounds()
	}
	s := &stopwatch{
		latency: l, cuts: cuts, counts: make([]float64, len(cuts)+1), chances: map[float64][]float64{},
		series: seriesOf(of, l.metric),
	}
	if l.bounds != nil {
		s.classic(of)
	}
	return s
}

func (s *stopwatch) classic(of labels.Labels) {
	for _, bound := range append(s.cuts, math.Inf(1)) {
		le := strconv.FormatFloat(bound, 'g', -1, 64)
		s.buckets = append(s.buckets, &counter{series: seriesOf(of, s.metric+"_bucket", "le", le)})
	}
	s.total = &counter{series: seriesOf(of, s.metric+"_count")}
	s.seconds = &counter{series: seriesOf(of, s.metric+"_sum")}
}

// scrape measures n requests that take longer by a factor, and takes samples.
func (s *stopwatch) scrape(at int64, n int, slow float64, c chance) {
	rest, left := n, 1.0
	added := make([]float64, len(s.counts))
	for i, p := range s.probabilities(slow) {
		hits := c.binomial(rest, p/left)
		added[i] = float64(hits)
		s.counts[i] += added[i]
		rest, left = rest-hits, left-p
	}
	// The mean of a log-normal distribution.
	seconds := float64(n) * slow * s.median * math.Exp(s.spread*s.spread/2)
	s.sum += seconds
	if s.bounds == nil {
		s.native = append(s.native, s.nativeSample(at))
		return
	}
	cumulative := 0.0
	for i, b := range s.buckets {
		cumulative += added[i]
		b.scrape(at, cumulative)
	}
	s.total.scrape(at, cumulative)
	s.seconds.scrape(at, seconds)
}

func (s *stopwatch) nativeSample(at int64) prometheus.Sample {
	h := &histogram.FloatHistogram{
		Schema: schema, Sum: s.sum,
		PositiveSpans:   []histogram.Span{{Offset: first, Length: length}},
		PositiveBuckets: append([]float64(nil), s.counts...),
	}
	for _, count := range s.counts {
		h.Count += count
	}
	return prometheus.Sample{Millis: at, Histogram: h}
}

// probabilities returns the shares of the buckets, the last one without a bound.
func (s *stopwatch) probabilities(slow float64) []float64 {
	if known := s.chances[slow]; known != nil {
		return known
	}
	shares := make([]float64, 0, len(s.cuts)+1)
	below := 0.0
	for _, cut := range s.cuts {
		z := math.Log(cut/(s.median*slow)) / s.spread
		upTo := (1 + math.Erf(z/math.Sqrt2)) / 2
		shares = append(shares, upTo-below)
		below = upTo
	}
	shares = append(shares, 1-below)
	s.chances[slow] = shares
	return shares
}

func (s *stopwatch) end(out Appender, at int64) {
	if s.bounds == nil {
		write(out, s.series, s.native, at)
		return
	}
	for _, b := range append(s.buckets, s.total, s.seconds) {
		b.end(out, at)
	}
}
