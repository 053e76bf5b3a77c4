package forecast

import (
	"math"
	"slices"
)

// episode describes what has been going on until now: a rate that differs from the
// one before it.
type episode struct {
	// How long it has lasted, in cells.
	age float64
	// Mean rate since it began.
	rate float64
	// For how many cells more earlier ones lasted that got as old, in order.
	residuals []float64
	// How far it differs from what was before, in standard errors.
	significance float64
}

const (
	// significant is how many standard errors make an episode.
	significant = 4
	// priorEpisodes is how many earlier episodes the prior for their lengths counts
	// as.
	priorEpisodes = 2
)

// ages lists how old an episode may be, in cells.
func ages(most int) []int {
	var all []int
	for age := 1; age <= most; age = max(age+1, age*5/4) {
		all = append(all, age)
	}
	return all
}

// findEpisode returns the episode that differs most from what was before it, among
// those that began after a cell and at most so many cells ago; nil if none does.
func findEpisode(r *rates, from, oldest int) *episode {
	var found *episode
	n := r.cells()
	for _, age := range ages(min(oldest, (n-from)/2)) {
		z := r.change(from, n-age)
		if math.Abs(z) >= significant && r.isEven(n-age, z) && (found == nil || math.Abs(z) > math.Abs(found.significance)) {
			found = &episode{age: float64(age), rate: r.mean(n-age, n), significance: z}
		}
	}
	return found
}

// change returns by how many standard errors the rate since a cell differs from that
// of up to three times as many cells before it, but not before from.
func (r *rates) change(from, start int) float64 {
	age := r.cells() - start
	from = max(from, start-max(3*age, r.least()))
	if start-from < r.least()/2 {
		return 0
	}
	before, since := r.mean(from, start), r.mean(start, r.cells())
	return (since - before) / r.standardError(from, start, age, before)
}

// least returns how many cells what was before an episode should have at least.
func (r *rates) least() int { return r.day }

// standardError returns that of the mean rate of so many cells: as it varied in the
// cells of [from, to), and by counting.
func (r *rates) standardError(from, to, age int, before float64) float64 {
	length := max(1, age/4)
	variance, n := 0., 0.
	for i := to - length; i >= from; i -= length {
		d := r.mean(i, i+length) - before
		variance += d * d
		n++
	}
	variance *= float64(length) / float64(age) / max(n-1, 1) * (1 + 4/n)
	events := max(r.events(to, r.cells()), 1)
	return math.Sqrt(variance + before/events + 1/(events*events))
}

// isEven reports whether an episode that began at a cell lasts until now: its first
// and its last third both differ from what was before.
func (r *rates) isEven(start int, z float64) bool {
	n := r.cells()
	third := (n - start + 2) / 3
	rate := r.mean(start, n)
	first, last := r.mean(start, start+third), r.mean(n-third, n)
	if z > 0 {
		return min(first, last) >= rate/2
	}
	before := r.mean(max(start-3*(n-start), 0), start)
	return max(first, last) <= (rate+before)/2
}

// survive fills in how long earlier episodes lasted that were as high, or as low,
// and got as old.
func (e *episode) survive(r *rates) {
	start := r.cells() - int(math.Ceil(e.age))
	length := max(1, int(e.age/4))
	before := r.mean(max(0, start-3*int(math.Ceil(e.age))), start)
	threshold, sign := (e.rate+before)/2, math.Copysign(1, e.significance)
	run := 0.
	for i := start - length; i >= 0; i -= length {
		if sign*(r.mean(i, i+length)-threshold) > 0 {
			run += float64(length)
			continue
		}
		e.add(run)
		run = 0
	}
	slices.Sort(e.residuals)
}

// add counts an earlier episode if it got as old.
func (e *episode) add(length float64) {
	if length > e.age {
		e.residuals = append(e.residuals, length-e.age)
	}
}

// residual returns for how many cells more the episode lasts, by a number that is
// uniform in (0, 1): as earlier ones did, or, for lack of them, as long again as
// it has lasted with a chance of one half.
func (e *episode) residual(u float64) float64 {
	n := float64(len(e.residuals))
	empirical := n / (n + priorEpisodes)
	if u < empirical {
		return e.residuals[min(int(u/empirical*n), len(e.residuals)-1)]
	}
	v := (u - empirical) / (1 - empirical)
	return e.age * v / (1 - v)
}
