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
	// By how many standard errors it differs from what was before.
	significance float64
}

const (
	// significant is how many standard errors make an episode.
	significant = 4
	// priorEpisodes is how many earlier episodes the prior for their lengths counts
	// as.
	priorEpisodes = 2
	// tail is the exponent of the prior: an episode lasts as long again with a chance
	// of 2^-tail.
	tail = 1.
)

// findEpisodes returns the episodes that have been going on until now, the longest
// first: one, and another within it or around it.
func findEpisodes(r *rates) []*episode {
	one := findEpisode(r, 0, r.cells())
	if one == nil {
		return nil
	}
	age := int(one.age)
	if inner := findEpisode(r, r.cells()-age, age/4); inner != nil {
		return []*episode{one, inner}
	}
	outer := findEpisode(r.before(age), 0, r.cells())
	if outer == nil || outer.age < 4*one.age {
		return []*episode{one}
	}
	outer.age += one.age
	return []*episode{outer, one}
}

// findEpisode returns the episode that differs most from what was before it, among
// those that began after a cell and at most so many cells ago; nil if none does.
func findEpisode(r *rates, from, oldest int) *episode {
	var found *episode
	n := r.cells()
	for age := 1; age <= min(oldest, (n-from)/2); age = max(age+1, age*5/4) {
		z := r.change(from, n-age)
		if math.Abs(z) >= significant && (found == nil || math.Abs(z) > math.Abs(found.significance)) && r.lasts(n-age, z) {
			found = &episode{age: float64(age), rate: r.mean(n-age, n), significance: z}
		}
	}
	if found != nil {
		found.survive(r)
	}
	return found
}

// reference returns the first of the cells with which an episode that began at a
// cell is compared: three times as many as it has, and a day at least.
func (r *rates) reference(start int) int {
	return max(0, start-max(3*(r.cells()-start), r.day))
}

// change returns by how many standard errors the rate since a cell differs from that
// of the cells before it, but not before from; 0 where they are too few to tell.
func (r *rates) change(from, start int) float64 {
	from = max(from, r.reference(start))
	if start-from < r.day/2 {
		return 0
	}
	before, since := r.mean(from, start), r.mean(start, r.cells())
	return (since - before) / r.standardError(from, start, before)
}

// standardError returns that of the mean rate since a cell: as it varied in the cells
// from another one on, and by counting.
func (r *rates) standardError(from, start int, before float64) float64 {
	age := r.cells() - start
	length := max(1, age/4)
	squares, n := 0., 0.
	for i := start - length; i >= from; i -= length {
		d := r.mean(i, i+length) - before
		squares, n = squares+d*d, n+1
	}
	variance := squares / max(n-1, 1) * float64(length) / float64(age) * (1 + 4/max(n, 1))
	events := max(r.events(start, r.cells()), 1)
	return math.Sqrt(variance + before/events + 1/(events*events))
}

// lasts reports whether an episode that began at a cell lasts until now: both its
// first third and its last third, or day, differ from what was before.
func (r *rates) lasts(start int, z float64) bool {
	n := r.cells()
	third := (n - start + 2) / 3
	first, last := r.mean(start, start+third), r.mean(n-min(third, r.day), n)
	middle := (r.mean(start, n) + r.mean(r.reference(start), start)) / 2
	if z < 0 {
		return max(first, last) <= middle
	}
	return min(first, last) >= middle && !r.isOver(n-start, middle)
}

// isOver reports whether the latest minutes have gone back below a rate, as far as
// enough events were expected in them to tell.
func (r *rates) isOver(age int, rate float64) bool {
	const few = 3
	n := r.cells()
	expected := r.events(n-1, n) * r.latestPart * rate
	return age <= r.day/4 && expected >= few && r.latest < rate
}

// survive fills in for how long earlier episodes lasted that were as high, or as low,
// and got as old. A single stretch that was not does not end one.
func (e *episode) survive(r *rates) {
	start := r.cells() - int(e.age)
	length := max(1, int(e.age/3))
	threshold := (e.rate + r.mean(r.reference(start), start)) / 2
	run, pause := 0, 0
	for i := start - length; i >= 0; i -= length {
		switch {
		case (r.mean(i, i+length) > threshold) == (e.significance > 0):
			run, pause = run+pause+1, 0
		case run > 0 && pause == 0 && length > 1:
			pause = 1
		default:
			e.add(float64(run * length))
			run, pause = 0, 0
		}
	}
	slices.Sort(e.residuals)
}

// add counts an earlier episode if it got as old.
func (e *episode) add(length float64) {
	if length >= e.age {
		e.residuals = append(e.residuals, length-e.age)
	}
}

// residual returns for how many cells more the episode lasts, by a number that is
// uniform in (0, 1): as earlier ones did, or by the prior.
func (e *episode) residual(u float64) float64 {
	n := float64(len(e.residuals))
	empirical := n / (n + priorEpisodes)
	if u < empirical {
		return e.residuals[min(int(u/empirical*n), len(e.residuals)-1)]
	}
	v := (u - empirical) / (1 - empirical)
	return e.age * (math.Pow(1-v, -1/tail) - 1)
}
