package forecast

import (
	"math"
	"math/rand/v2"
)

// path holds one simulated future: sums of bad and of all events up to the start of
// each cell, and up to the end.
type path struct{ bad, total []float64 }

// simulator makes paths. It is for one goroutine.
type simulator struct {
	*model
	// Events that are expected in each cell, and by what share of them they may be
	// wrong, for lack of knowledge about growth.
	expected, doubt []float64
	// Standard deviation of the logarithm of the level of rates.
	deviation float64
	// Shocks a cell, and the number of bad events that a window's budget has.
	shocks, budget float64
	// Of the path that is being simulated: the level of its rates, the factor of the
	// unit's bursts, the growth of its traffic in standard errors, after how many cells
	// each episode ends, and after how many all have.
	path
	rng                  *rand.Rand
	level, burst, growth float64
	ends                 []float64
	lastEnd              int
	shock                shock
	weight               []float64
}

// seed makes the same paths of the same history, and similar ones of similar
// histories.
const seed = 0x70726f6d697365

// run simulates path number i of n. The next run reuses its memory.
func (s *simulator) run(i, n int) path {
	s.rng = rand.New(rand.NewPCG(seed, uint64(i)))
	s.level = math.Exp(s.deviation * s.rng.NormFloat64())
	s.growth = s.rng.NormFloat64()
	s.drawEnds(i, n)
	s.shock = newShock(s.rng, s.shocks, s.budget)
	units := s.pool.newDraw(s.rng, s.weight)
	for first := 0; first < len(s.expected); first += units.length {
		s.burst = math.Exp(s.bursts.spread * s.rng.NormFloat64())
		s.simulateUnit(first, units.start(), units.length)
		units.next()
	}
	return s.path
}

// simulateUnit simulates as many cells as a unit has, with the rates of the history
// from a cell on.
func (s *simulator) simulateUnit(first, from, length int) {
	n := min(length, len(s.expected)-first)
	calm, extra, all := s.bursts.calm[from:from+n], s.bursts.extra[from:from+n], s.rates.total[from:from+n]
	for j, expected := range s.expected[first : first+n] {
		k := first + j
		bad, total := calm[j]+extra[j]*s.burst, all[j]
		if k < s.lastEnd {
			bad, total = s.goOn(k, bad, total)
		}
		total *= expected * max(0, 1+s.growth*s.doubt[k])
		bad = min(bad*expected*s.level, total)
		if k >= s.shock.begins {
			bad += s.shock.take(total - bad)
		}
		s.bad[k+1], s.total[k+1] = s.bad[k]+bad, s.total[k]+total
	}
}

// drawEnds draws when each episode ends. The numbers by which the longest one does are
// spread evenly over the paths.
func (s *simulator) drawEnds(i, n int) {
	const prime = 7919
	s.lastEnd = 0
	for j, e := range s.episodes {
		u := s.rng.Float64()
		if j == 0 {
			u = (float64(i*prime%n) + 0.5) / float64(n)
		}
		s.ends[j] = e.residual(u)
		s.lastEnd = max(s.lastEnd, int(math.Ceil(min(s.ends[j], math.MaxInt32))))
	}
}

// goOn returns the rates of a cell in which episodes go on, shorter ones before longer
// ones, and the given rates for the rest of it.
func (s *simulator) goOn(k int, bad, total float64) (rate, all float64) {
	for j, e := range s.episodes {
		part := min(s.ends[j]-float64(k), 1)
		if part <= 0 {
			continue
		}
		b, t := s.during(e, k)
		bad, total = part*b+(1-part)*bad, part*t+(1-part)*total
	}
	return bad, total
}

// during returns the rates of a cell in which an episode goes on: those of one of its
// cells, at the same time of day if it has lasted for days.
func (s *simulator) during(e *episode, k int) (bad, total float64) {
	const few = 8
	age := int(e.age)
	if age < few {
		return e.rate, 1
	}
	back := 1 + s.rng.IntN(age)
	if days := age / s.rates.day; days >= 2 {
		back = (1+s.rng.IntN(days))*s.rates.day - k%s.rates.day
	}
	i := s.rates.cells() - back
	return s.rates.bad[i], s.rates.total[i]
}
