package budget

import "math"

// improbable is how improbable it must be that chance makes an incident at any of the
// places that are searched, as a logarithm.
const improbable = 10

// contrast returns how strong the evidence is that a part of a whole has more bad events
// than the rest of it: the logarithm of how much likelier two error ratios make what came
// than a single one (M. Kulldorff, A spatial scan statistic, 1997). It is 0 if the part
// has fewer.
func contrast(part, whole found) float64 {
	rest := found{bad: max(whole.bad-part.bad, 0), total: max(whole.total-part.total, 0)}
	if part.bad*rest.total <= rest.bad*part.total {
		return 0
	}
	return part.surprise(whole.ratio()) + rest.surprise(whole.ratio())
}

// surprise returns how much likelier its own error ratio makes the bad events of a run
// than another one, as a logarithm, but for what a whole and its parts have in common.
func (f found) surprise(ratio float64) float64 {
	if f.bad <= 0 {
		return 0
	}
	return f.bad * math.Log(f.bad/(ratio*f.total))
}

// isMoreThan reports whether there are more bad events than chance makes of an error
// ratio, by Chernoff's bound on the tail of Poisson's distribution.
func (f found) isMoreThan(ratio, evidence float64) bool {
	expected := ratio * f.total
	return f.bad > expected && f.surprise(ratio)-f.bad+expected > evidence
}
