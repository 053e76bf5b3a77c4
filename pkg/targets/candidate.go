// Package targets helps a team to choose a target: it compares candidates by what
// they would have meant in the past of an SLO and what may come, and says what a
// change of a definition does. It puts the numbers of packages budget and forecast
// next to each other, for the plugin and the command line alike.
//
// Its words: a candidate is a target that is compared, a study is the comparison of
// all candidates for one account, a change is how an objective differs between two
// sets of definitions.
package targets

import (
	"slices"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Candidate describes a target that is compared, and why.
type Candidate struct {
	Target float64
	// InForce reports that it is the target of the SLO's definition, Promised that its
	// promise names it last, and Asked that somebody asked for it. None of them holds of
	// the targets that are always compared.
	InForce, Promised, Asked bool
	// Considered reports that the promise names it as one that the team weighed.
	Considered bool
}

// Common returns the targets that are always compared.
func Common() []float64 { return []float64{0.9, 0.95, 0.99, 0.995, 0.999, 0.9995, 0.9999} }

// Candidates returns the targets to compare for an objective, the lowest first, each
// once: the common ones, the one in force, the promised one, and those that are
// asked for.
func Candidates(s slo.SLO, o slo.Objective, asked []float64) []Candidate {
	p := s.PromiseOf(o)
	promised, hasPromised := promisedTarget(p, o)
	all := slices.Concat(Common(), []float64{o.Target}, asked)
	if hasPromised {
		all = append(all, promised)
	}
	slices.Sort(all)
	var candidates []Candidate
	for _, target := range slices.Compact(all) {
		candidates = append(candidates, Candidate{
			Target: target, InForce: target == o.Target, Promised: hasPromised && target == promised, Asked: slices.Contains(asked, target),
			Considered: p != nil && p.Considered != nil && p.Considered.Includes(target),
		})
	}
	return candidates
}

// promisedTarget returns the target that was promised last; ok is false without one.
func promisedTarget(p *slo.Promise, o slo.Objective) (target float64, ok bool) {
	if p == nil || len(p.History) == 0 {
		return 0, false
	}
	target, _ = p.Drift(o)
	return target, true
}

// Mark returns the reason for a candidate in words, empty for a common one.
func (c Candidate) Mark() string {
	switch {
	case c.InForce && c.Promised:
		return "In force, promised"
	case c.InForce:
		return "In force"
	case c.Promised:
		return "Promised"
	case c.Asked:
		return "Asked for"
	case c.Considered:
		return "Considered"
	default:
		return ""
	}
}
