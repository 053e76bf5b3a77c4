package budget

import (
	"cmp"
	"slices"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Urgency contains what SLOs are ordered by wherever they are listed.
type Urgency struct {
	State State
	// Severity of what fires, empty if nothing does.
	Firing slo.Severity
	// Share of the error budget that remains. A missing one is less than any
	// other.
	Remaining Value
	// Decides between SLOs that are equal otherwise.
	Name string
}

// urgencies contains the states from the most urgent one. Nobody knows how an SLO
// without data does: it may do worse than any other.
var urgencies = []State{StateNoData, StateExhausted, StateBurning, StateAtRisk, StateOK}

// Compare returns a negative number if u is more urgent than other, a positive one
// if it is less urgent, and 0 if both are the same.
func (u Urgency) Compare(other Urgency) int {
	return cmp.Or(
		cmp.Compare(u.rank(), other.rank()),
		u.Remaining.compare(other.Remaining),
		strings.Compare(u.Name, other.Name),
	)
}

// rank returns the position of the state, which for an unknown state is that of
// no data. Whatever pages goes before all.
func (u Urgency) rank() int {
	if u.Firing == slo.Page {
		return -1
	}
	if i := slices.Index(urgencies, u.State); i >= 0 {
		return i
	}
	return slices.Index(urgencies, StateNoData)
}

// compare orders values, a missing one before all others.
func (v Value) compare(other Value) int {
	switch {
	case v.ok && other.ok:
		return cmp.Compare(v.v, other.v)
	case v.ok:
		return 1
	case other.ok:
		return -1
	default:
		return 0
	}
}
