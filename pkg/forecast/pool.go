package forecast

import (
	"math"
	"math/rand/v2"
)

// pool is the history from which a path takes its rates, in units that end with the
// history.
type pool struct {
	rates *rates
	// Cells of a unit, and the number of whole units. The history's last unit comes
	// first.
	length, units int
	// Chance that the unit which came next in the history comes next in a path.
	follow float64
	// How much units count, by their age.
	weight []float64
}

const (
	// weeksForWeeks is how many weeks of history are needed to take whole weeks.
	weeksForWeeks = 5
	// halfLife is the age at which a unit counts half, in weeks.
	halfLife = 10
	// followDay and followWeek are the chances to follow.
	followDay, followWeek = 0.6, 0.4
)

// newPool returns the pool of rates.
func newPool(r *rates) *pool {
	p := &pool{rates: r, length: 7 * r.day, follow: followWeek}
	if r.cells() < weeksForWeeks*7*r.day {
		p.length, p.follow = r.day, followDay
	}
	if r.cells() < p.length {
		p.length = max(1, r.cells())
	}
	p.units = r.cells() / p.length
	decay := float64(p.length) / float64(7*r.day) / halfLife
	for u := range p.units {
		p.weight = append(p.weight, math.Exp2(-float64(u)*decay))
	}
	return p
}

// world is how often the units of a pool come in one path: a draw from what the
// history leaves possible.
type world struct {
	*pool
	rng   *rand.Rand
	until []float64
	unit  int
}

// newWorld draws a world. The weights vary as those of the Bayesian bootstrap, and
// more where units follow each other.
func (p *pool) newWorld(rng *rand.Rand, until []float64) *world {
	w := &world{pool: p, rng: rng, until: until[:p.units]}
	sum := 0.
	for u := range p.units {
		x := rng.ExpFloat64()
		sum += p.weight[u] * x * math.Sqrt(x)
		w.until[u] = sum
	}
	w.pick()
	return w
}

// pick takes a unit by its weight.
func (w *world) pick() {
	x := w.rng.Float64() * w.until[w.units-1]
	w.unit = 0
	for w.unit < w.units-1 && w.until[w.unit] <= x {
		w.unit++
	}
}

// next takes the unit that follows, or another one.
func (w *world) next() {
	if w.unit > 0 && w.rng.Float64() < w.follow {
		w.unit--
		return
	}
	w.pick()
}

// cell returns the index of the history's cell that stands for the one at a place in
// the unit.
func (w *world) cell(place int) int { return w.rates.cells() - (w.unit+1)*w.length + place }
