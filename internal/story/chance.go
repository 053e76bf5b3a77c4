package story

import (
	"hash/fnv"
	"io"
	"math"
	"math/rand/v2"
)

// chance draws random numbers.
type chance struct{ *rand.Rand }

// newChance makes noise that depends on the seed and a name, and on nothing
// that was drawn elsewhere.
func newChance(seed uint64, name string) chance {
	hash := fnv.New64a()
	_, _ = io.WriteString(hash, name) // hashes never fail
	return chance{rand.New(rand.NewPCG(seed, hash.Sum64()))}
}

// poisson returns the number of events where mean are expected: exact for small
// means (Knuth), rounded from the normal distribution for large ones.
func (c chance) poisson(mean float64) int {
	if mean > 30 {
		return max(0, int(math.Round(mean+math.Sqrt(mean)*c.NormFloat64())))
	}
	n, limit := 0, math.Exp(-mean)
	for p := c.Float64(); p > limit; p *= c.Float64() {
		n++
	}
	return n
}

// binomial returns the number of hits among n with the given probability: exact for
// few, from the limits of the distribution for many.
func (c chance) binomial(n int, p float64) int {
	switch {
	case n <= 0 || p <= 0:
		return 0
	case p >= 1:
		return n
	case p > 0.5:
		return n - c.binomial(n, 1-p)
	case n < 20:
		return c.bernoulli(n, p)
	}
	mean := float64(n) * p
	if mean < 30 {
		return min(n, c.poisson(mean))
	}
	k := math.Round(mean + math.Sqrt(mean*(1-p))*c.NormFloat64())
	return min(n, max(0, int(k)))
}

func (c chance) bernoulli(n int, p float64) int {
	hits := 0
	for range n {
		if c.Float64() < p {
			hits++
		}
	}
	return hits
}
