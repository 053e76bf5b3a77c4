package forecast

import (
	"math"
	"math/rand/v2"
)

// shock is an outage the like of which the history does not have.
type shock struct {
	// Cell in which it begins, and its bad events that are yet to come.
	begins int
	rest   float64
}

const (
	// shocksExpected is how many there are in a future as long as the history and
	// newness: a half, as nothing seen in n years leaves one in 2n years expected.
	shocksExpected = 0.5
	// newness stands for the history of a service that has none.
	newness = week
	// Logarithms of the least and of the greatest share of a budget that a shock
	// takes.
	leastShock, greatestShock = -3, 0.3
)

// shocksPerCell returns how many shocks there are in a cell after a history.
func shocksPerCell(h *history) float64 {
	return shocksExpected * float64(h.cell) / float64(h.coverage()+newness)
}

// newShock draws when the first shock comes, and how large it is: one event or more.
func newShock(rng *rand.Rand, perCell, budget float64) shock {
	size := budget * math.Pow(10, leastShock+(greatestShock-leastShock)*rng.Float64())
	begins := min(rng.ExpFloat64()/perCell, math.MaxInt32)
	return shock{begins: int(begins), rest: max(size, 1)}
}

// take returns the bad events of a cell, at most as many as it has room for, and
// leaves the rest to the next.
func (s *shock) take(room float64) float64 {
	bad := min(s.rest, max(room, 0))
	s.rest -= bad
	return bad
}
