package forecast

import (
	"math"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// model is what paths are made by.
type model struct {
	history  *history
	traffic  *traffic
	rates    *rates
	bursts   *bursts
	pool     *pool
	episodes []*episode
}

// newModel learns from the history of an account, and from nothing after it.
func newModel(a budget.Account, t budget.Terms, h *history) *model {
	m := &model{history: h, traffic: trafficOf(t, h)}
	m.rates = newRates(h, m.traffic)
	m.rates.look(a, h, m.traffic)
	m.episodes = findEpisodes(m.rates)
	m.pool = newPool(m.rates, m.episodes)
	m.bursts = newBursts(m.rates, m.pool.length)
	return m
}

// trafficOf returns the traffic of a history. The number of time slices is known.
func trafficOf(t budget.Terms, h *history) *traffic {
	if t.CountsEachSlice() {
		return steadyTraffic(h, float64(h.cell)/float64(t.Slices.Length))
	}
	return expectTraffic(h)
}

// look reads the rate of the latest sixth of the last cell.
func (r *rates) look(a budget.Account, h *history, t *traffic) {
	const sixth = 6
	length := h.cell / sixth
	reading := a.Reading(h.end.Add(-length), h.end)
	r.latestPart = 1. / sixth
	r.latest = max(budget.Some(reading.Bad).Or(0), 0) / (t.expected(-1) * r.latestPart)
}

// forgetting is the history after which the uncertainty about the level is a third.
const forgetting = 1.5 * float64(week)

// deviation returns the standard deviation of the logarithm of the level of rates for
// lack of history.
func (m *model) deviation() float64 {
	return math.Exp(-float64(m.history.coverage()) / forgetting)
}

// simulator returns what makes paths of so many cells. budget is how many events of
// a window may be bad.
func (m *model) simulator(cells int, budget float64) *simulator {
	s := &simulator{
		model: m, deviation: m.deviation(), shocks: shocksPerCell(m.history), budget: budget,
		expected: make([]float64, cells), doubt: make([]float64, cells),
		path:   path{bad: make([]float64, cells+1), total: make([]float64, cells+1)},
		weight: make([]float64, m.pool.units), ends: make([]float64, len(m.episodes)),
	}
	for k := range cells {
		s.expected[k] = m.traffic.expected(k)
		s.doubt[k] = m.traffic.uncertainty * float64(k)
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

// after returns the time so many cells after the history.
func (h *history) after(cells float64) time.Time {
	return h.end.Add(time.Duration(cells * float64(h.cell)))
}
