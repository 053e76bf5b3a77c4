package forecast

import (
	"slices"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// bandPoints is at how many times bands are computed; between them they are linear.
const bandPoints = 80

// bands holds quantiles of the share that is left at equidistant times.
type bands struct {
	from          time.Time
	cell          time.Duration
	step          float64
	p10, p50, p90 []float64
}

// newBands returns bands over so many cells after a history.
func newBands(h *history, cells float64) bands {
	n := bandPoints + 1
	return bands{
		from: h.end, cell: h.cell, step: cells / bandPoints,
		p10: make([]float64, n), p50: make([]float64, n), p90: make([]float64, n),
	}
}

// ahead returns after how many cells the points lie.
func (b *bands) ahead() []float64 {
	ahead := make([]float64, len(b.p50))
	for j := range ahead {
		ahead[j] = float64(j) * b.step
	}
	return ahead
}

// fill computes the quantiles of what is left in each path, point by point.
func (b *bands) fill(left [][]float64) {
	for j, x := range left {
		slices.Sort(x)
		b.p10[j], b.p50[j], b.p90[j] = quantile(x, 0.1), quantile(x, 0.5), quantile(x, 0.9)
	}
}

// pin makes the bands begin at what is left now.
func (b *bands) pin(left budget.Value) {
	if v, ok := left.Get(); ok && len(b.p50) > 0 {
		b.p10[0], b.p50[0], b.p90[0] = v, v, v
	}
}

// quantile returns that of sorted numbers.
func quantile(sorted []float64, q float64) float64 {
	x := q * float64(len(sorted)-1)
	i := int(x)
	if i+1 >= len(sorted) {
		return sorted[i]
	}
	return sorted[i] + (x-float64(i))*(sorted[i+1]-sorted[i])
}

// Band returns the quantiles of the share of the budget that will be left at a time
// between Now and End. Those of other times are missing.
func (f *Forecast) Band(at time.Time) Band {
	b := f.bands
	if len(b.p50) == 0 || at.Before(f.Now) || at.After(f.End) {
		return Band{}
	}
	x := float64(at.Sub(b.from)) / float64(b.cell)
	if b.step > 0 {
		x /= b.step
	}
	return Band{P10: between(b.p10, x), P50: between(b.p50, x), P90: between(b.p90, x)}
}

// between returns the value at a fraction of points.
func between(values []float64, x float64) budget.Value {
	i := min(max(int(x), 0), len(values)-2)
	part := min(max(x-float64(i), 0), 1)
	return budget.Some(values[i] + part*(values[i+1]-values[i]))
}
