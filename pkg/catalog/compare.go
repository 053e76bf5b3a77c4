package catalog

import (
	"cmp"
	"reflect"
	"slices"

	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Change describes how an objective differs between two sets of definitions. An
// objective that one of them lacks is new or removed.
type Change struct {
	// Before and After are nil where the objective is not.
	Before, After *Defined
	// What differs, of an objective that is in both: its target, its window, the
	// events that are counted, the conditions of its alerts.
	Target, Window, Events, Alerts bool
}

// Defined pairs an SLO with one of its objectives.
type Defined struct {
	SLO       slo.SLO
	Objective slo.Objective
}

// ID identifies the objective to people: the SLO, with the objective after it if the
// SLO has several.
func (d Defined) ID() string {
	if len(d.SLO.Objectives) < 2 {
		return d.SLO.ID()
	}
	return d.SLO.ID() + " / " + d.Objective.Name
}

// ID identifies what changed by its new name, or by the old one if it was removed.
func (c Change) ID() string {
	if c.After != nil {
		return c.After.ID()
	}
	return c.Before.ID()
}

// IsEmpty reports whether nothing that matters to a budget differs.
func (c Change) IsEmpty() bool {
	return c.Before != nil && c.After != nil && !c.Target && !c.Window && !c.Events && !c.Alerts
}

// Compare returns the objectives that are new, removed or changed from one set of
// definitions to another, in the order of their names.
func Compare(before, after []slo.SLO) []Change {
	old := byID(before)
	var changes []Change
	for _, s := range after {
		changes = append(changes, compareObjectives(old[s.ID()], s)...)
		delete(old, s.ID())
	}
	for _, s := range old {
		changes = append(changes, compareObjectives(s, slo.SLO{})...)
	}
	changes = slices.DeleteFunc(changes, Change.IsEmpty)
	slices.SortFunc(changes, func(a, b Change) int { return cmp.Compare(a.ID(), b.ID()) })
	return changes
}

func byID(slos []slo.SLO) map[string]slo.SLO {
	all := map[string]slo.SLO{}
	for _, s := range slos {
		all[s.ID()] = s
	}
	return all
}

// compareObjectives pairs the objectives of an SLO by their names, and the only one
// left on either side with the other: a name that is made of the target changes with
// it.
func compareObjectives(before, after slo.SLO) []Change {
	left := slices.Clone(before.Objectives)
	var changes []Change
	var added []slo.Objective
	for _, o := range after.Objectives {
		i := slices.IndexFunc(left, func(other slo.Objective) bool { return other.Name == o.Name })
		if i < 0 {
			added = append(added, o)
			continue
		}
		changes = append(changes, comparePair(Defined{before, left[i]}, Defined{after, o}))
		left = slices.Delete(left, i, i+1)
	}
	if len(left) == 1 && len(added) == 1 {
		return append(changes, comparePair(Defined{before, left[0]}, Defined{after, added[0]}))
	}
	for _, o := range added {
		changes = append(changes, Change{After: &Defined{after, o}})
	}
	for _, o := range left {
		changes = append(changes, Change{Before: &Defined{before, o}})
	}
	return changes
}

func comparePair(before, after Defined) Change {
	return Change{
		Before: &before, After: &after,
		Target: before.Objective.Target != after.Objective.Target,
		Window: !sameWindow(before.SLO.Window, after.SLO.Window),
		Events: !sameEvents(before, after),
		Alerts: !slices.Equal(before.SLO.Conditions(before.Objective), after.SLO.Conditions(after.Objective)),
	}
}

// sameWindow reports whether windows begin and end at the same times. The anchor of
// a rolling one means nothing.
func sameWindow(a, b slo.Window) bool {
	if a.Calendar != b.Calendar || a.Period != b.Period {
		return false
	}
	return !a.Calendar || a.Anchor.Equal(b.Anchor) && a.Anchor.Location().String() == b.Anchor.Location().String()
}

// sameEvents reports whether two objectives count the same events, however their
// queries are written.
func sameEvents(a, b Defined) bool {
	if a.SLO.Method != b.SLO.Method || !reflect.DeepEqual(a.Objective.Slices, b.Objective.Slices) {
		return false
	}
	before, err := promql.PlanOf(a.SLO, a.Objective, promql.Scope{})
	if err != nil {
		return reflect.DeepEqual(a.Objective.Indicator, b.Objective.Indicator)
	}
	after, err := promql.PlanOf(b.SLO, b.Objective, promql.Scope{})
	return err == nil && before.Encoding() == after.Encoding()
}
