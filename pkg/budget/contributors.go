package budget

import (
	"cmp"
	"slices"
	"time"
)

// Contribution is what one part of an account burned.
type Contribution struct {
	// Name is the key of the part, empty for the rest.
	Name string `json:"name"`
	// Rest says that this is everything that is not listed.
	Rest  bool    `json:"rest"`
	Bad   float64 `json:"bad"`
	Total float64 `json:"total"`
	// Share is the part of the budget given that its bad events took.
	Share Value `json:"share"`
	// OfBad is its part of all bad events.
	OfBad Value `json:"ofBad"`
}

// Contributors tells which parts of the whole account burned the budget in
// (from, to]: the top parts, worst first, then the rest, which holds the other
// parts and what the whole has beyond its parts. All parts are listed if top
// is not positive. budget is the number of events that may be bad, of the
// window (Status.Budget.Total) or of the range (Allowance).
func Contributors(whole Account, parts map[string]Account, from, to time.Time, budget Value, top int) []Contribution {
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

// rest is what the whole has beyond those listed. It is not negative even if
// the parts add up to more, as they can when they were read apart.
func rest(whole Reading, listed []Contribution) Contribution {
	c := Contribution{Rest: true, Bad: whole.Bad, Total: whole.Total}
	for _, l := range listed {
		c.Bad -= l.Bad
		c.Total -= l.Total
	}
	c.Bad, c.Total = max(0, c.Bad), max(0, c.Total)
	return c
}
