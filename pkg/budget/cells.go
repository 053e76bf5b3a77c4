package budget

import (
	"math"
	"slices"
	"time"
)

// maxCells bounds into how many pieces a time is cut to find its incidents. Longer
// ones have longer cells.
const maxCells = 10_000

// cells holds the events of a time, cut into pieces of whole steps. The first and the
// last are cut to the time.
type cells struct {
	from, to time.Time
	length   time.Duration
	bad      []float64
	total    []float64
}

// newCells reads the events of (from, to] of an account.
func newCells(a Account, from, to time.Time) cells {
	c := cells{from: from, to: to, length: ceil(to.Sub(from)/maxCells, stepOf(a))}
	if !from.Before(to) {
		return c
	}
	n := int(to.Sub(from)/c.length) + 2
	c.bad, c.total = make([]float64, 0, n), make([]float64, 0, n)
	add := func(r Reading) {
		r = r.sanitized()
		c.bad, c.total = append(c.bad, min(r.Bad, r.Total)), append(c.total, r.Total)
	}
	first, last := c.end(0), floor(to, c.length)
	if last.Before(to) {
		add(a.Reading(later(from, last), to))
	}
	if n := int(last.Sub(first) / c.length); n > 0 {
		EachBack(a, last, c.length, n, add)
	}
	if !first.After(last) {
		add(a.Reading(from, first))
	}
	slices.Reverse(c.bad)
	slices.Reverse(c.total)
	return c
}

// start and end return when a cell begins and ends.
func (c cells) start(i int) time.Time {
	if i == 0 {
		return c.from
	}
	return c.end(i - 1)
}

func (c cells) end(i int) time.Time {
	return earlier(c.to, floor(c.from, c.length).Add(time.Duration(i+1)*c.length))
}

// sum returns the events of the cells [i, j).
func (c cells) sum(i, j int) (bad, total float64) {
	for k := i; k < j; k++ {
		bad, total = bad+c.bad[k], total+c.total[k]
	}
	return bad, total
}

// fastest returns the cell of a run with the highest error ratio, and that ratio.
func (c cells) fastest(r run) (cell int, ratio float64) {
	cell = r.first
	for i := r.first; i < r.end; i++ {
		if c.total[i] > 0 && c.bad[i]/c.total[i] > ratio {
			cell, ratio = i, c.bad[i]/c.total[i]
		}
	}
	return cell, ratio
}

// usualBlocks and usualQuantile say how the usual error ratio is found: it is the one
// below which a fifth of thirty blocks of the time are.
const (
	usualBlocks   = 30
	usualQuantile = 0.2
)

// usualRatio returns the error ratio that the time has when nothing is wrong.
func (c cells) usualRatio() float64 {
	n := len(c.bad)
	var ratios []float64
	for b := range usualBlocks {
		bad, total := c.sum(b*n/usualBlocks, (b+1)*n/usualBlocks)
		if total > 0 {
			ratios = append(ratios, bad/total)
		}
	}
	if len(ratios) == 0 {
		return 0
	}
	slices.Sort(ratios)
	return ratios[int(math.Floor(usualQuantile*float64(len(ratios)-1)))]
}
