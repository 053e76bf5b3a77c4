package budget

import (
	"cmp"
	"slices"
	"time"
)

// Contribution describes what one part of an account consumed.
type Contribution struct {
	// Key of the part, empty for the rest.
	Name string
	// Rest reports that this is everything that is not listed.
	Rest bool
	// Bad and Total count the events of the part.
	Bad, Total float64
	// Share of the window's budget that its bad events consumed.
	Share Value
	// Share of all bad events.
	OfBad Value
}

// Contributors returns which parts of the account consumed the budget in (from,
// to]: the top parts, worst first, then the rest, which holds the other parts
// and what the account has beyond its parts. All parts are listed if top is not
// positive.
func (e *Evaluation) Contributors(parts map[string]Account, from, to time.Time, top int) []Contribution {
	return contributors(e.account, parts, from, to, e.Budget().Total, top)
}

func contributors(whole Account, parts map[string]Account, from, to time.Time, budget Value, top int) []Contribution {
	all := make([]Contribution, 0, len(parts)+1)
	for name, part := range parts {
		r := read(part, from, to)
		all = append(all, Contribution{Name: name, Bad: r.Bad, Total: r.Total})
	}
	slices.SortFunc(all, func(x, y Contribution) int {
		return cmp.Or(cmp.Compare(y.Bad, x.Bad), cmp.Compare(y.Total, x.Total), cmp.Compare(x.Name, y.Name))
	})
	if top > 0 && len(all) > top {
		all = all[:top]
	}
	sum := read(whole, from, to)
	all = append(all, rest(sum, all))
	for i := range all {
		all[i].Share = quotient(all[i].Bad, budget.Or(0))
		all[i].OfBad = quotient(all[i].Bad, sum.Bad)
	}
	return all
}

// rest returns what the whole has beyond those listed. It is not negative even
// if the parts add up to more, as they can when they were read apart.
func rest(whole Reading, listed []Contribution) Contribution {
	c := Contribution{Rest: true, Bad: whole.Bad, Total: whole.Total}
	for _, l := range listed {
		c.Bad -= l.Bad
		c.Total -= l.Total
	}
	c.Bad, c.Total = max(0, c.Bad), max(0, c.Total)
	return c
}
