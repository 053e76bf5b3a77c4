package forecast

import (
	"math"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// model is what paths are made by.
type model struct {
	history  *history
	traffic  *traffic
	rates    *rates
	pool     *pool
	episodes []*episode
	// Standard deviation of the logarithm of the level of rates, for lack of history.
	deviation float64
}

// newModel learns from a history.
func newModel(t budget.Terms, h *history) *model {
	m := &model{history: h, traffic: trafficOf(t, h)}
	m.rates = newRates(h, m.traffic)
	m.pool = newPool(m.rates)
	m.episodes = findEpisodes(m.rates)
	m.deviation = math.Exp(-float64(h.covered()) / float64(week))
	return m
}

// trafficOf returns the traffic of a history. The number of time slices is known.
func trafficOf(t budget.Terms, h *history) *traffic {
	if t.Method != slo.Occurrences && t.Slices != nil && t.Slices.Length > 0 && t.Slices.Empty != slo.EmptyIgnored {
		return steadyTraffic(h, float64(h.cell)/float64(t.Slices.Length))
	}
	return expectTraffic(h)
}

// simulator returns what makes paths of so many cells. budget is how many events of
// a window may be bad.
func (m *model) simulator(cells int, budget float64) *simulator {
	s := &simulator{
		rates: m.rates, pool: m.pool, episodes: m.episodes, deviation: m.deviation,
		shocks: shocksPerCell(m.history), budget: budget,
		expected: make([]float64, cells), growth: make([]float64, cells),
		path:  path{bad: make([]float64, cells+1), total: make([]float64, cells+1)},
		until: make([]float64, m.pool.units),
	}
	for k := range cells {
		s.expected[k] = m.traffic.expected(k)
		s.growth[k] = m.traffic.uncertainty * float64(k)
	}
	return s
}

// expectedEvents returns how many events are expected in so many cells.
func (m *model) expectedEvents(cells float64) float64 {
	sum := 0.
	for k := range int(cells) {
		sum += m.traffic.expected(k)
	}
	return sum
}

// findEpisodes returns the episodes that have been going on until now, the longest
// first: one, and another within it or around it.
func findEpisodes(r *rates) []*episode {
	n := r.cells()
	one := findEpisode(r, 0, n)
	if one == nil {
		return nil
	}
	one.survive(r)
	age := int(one.age)
	if inner := findEpisode(r, n-age, age/4); inner != nil {
		inner.survive(r)
		return []*episode{one, inner}
	}
	earlier := r.before(age)
	if outer := findEpisode(earlier, 0, earlier.cells()); outer != nil && outer.age >= 4*one.age {
		outer.survive(earlier)
		outer.age += one.age
		return []*episode{outer, one}
	}
	return []*episode{one}
}
