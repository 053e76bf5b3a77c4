package forecast

import (
	"math"
	"math/rand/v2"
)

// path is one simulated future: sums of bad and of all events up to the start of
// each cell, and up to the end.
type path struct{ bad, total []float64 }

// simulator makes paths. It is for one goroutine.
type simulator struct {
	rates    *rates
	pool     *pool
	expected []float64
	growth   []float64
	// From the longest to the shortest.
	episodes []*episode
	// Standard deviation of the logarithm of the level of rates, for lack of history.
	deviation float64
	// Shocks a cell, and the number of events that a whole budget has.
	shocks, budget float64
	path
	until []float64
}

// seed makes the same paths of the same history, and similar ones of similar
// histories.
const seed = 0x70726f6d697365

// run simulates path number i of n.
func (s *simulator) run(i, n int) path {
	rng := rand.New(rand.NewPCG(seed, uint64(i)))
	level := math.Exp(s.deviation * rng.NormFloat64())
	trend := rng.NormFloat64()
	ends := s.ends(i, n, rng)
	w := s.pool.newWorld(rng, s.until)
	sudden := newShock(rng, s.shocks, s.budget)
	for k, expected := range s.expected {
		if k > 0 && k%w.length == 0 {
			w.next()
		}
		bad, total := s.cell(k, ends, w, rng)
		total *= expected * (1 + trend*s.growth[k])
		bad = min(bad*expected*level, total)
		bad += sudden.take(k, total-bad)
		s.bad[k+1], s.total[k+1] = s.bad[k]+bad, s.total[k]+total
	}
	return s.path
}

// ends returns when each episode ends, in cells. The numbers by which they do are
// spread evenly over the paths.
func (s *simulator) ends(i, n int, rng *rand.Rand) []float64 {
	ends := make([]float64, len(s.episodes))
	for j, e := range s.episodes {
		u := rng.Float64()
		if j == 0 {
			u = (float64((i*stride)%n) + 0.5) / float64(n)
		}
		ends[j] = e.residual(u)
	}
	return ends
}

// stride is prime, so that its multiples visit all paths.
const stride = 7919

// cell returns the rates of a cell to come: those of the episode that goes on, the
// shortest first, or of the pool.
func (s *simulator) cell(k int, ends []float64, w *world, rng *rand.Rand) (bad, total float64) {
	i := w.cell(k % w.length)
	bad, total = s.rates.bad[i], s.rates.total[i]
	for j, e := range s.episodes {
		part := min(ends[j]-float64(k), 1)
		if part <= 0 {
			continue
		}
		b, t := s.goesOn(e, k, rng)
		bad, total = part*b+(1-part)*bad, part*t+(1-part)*total
	}
	return bad, total
}

// goesOn returns the rates of a cell in which an episode goes on: those of one of its
// cells, at the same time of day if it has lasted for days.
func (s *simulator) goesOn(e *episode, k int, rng *rand.Rand) (bad, total float64) {
	age := int(e.age)
	if age < 8 {
		return e.rate, 1
	}
	back := 1 + rng.IntN(age)
	if days := age / s.rates.day; days >= 2 {
		back = (1+rng.IntN(days))*s.rates.day - k%s.rates.day
	}
	i := s.rates.cells() - back
	return s.rates.bad[i], s.rates.total[i]
}
