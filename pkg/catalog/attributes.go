package catalog

import (
	"maps"
	"slices"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// The attributes that SLOs are selected by, beside the labels of definitions.
const (
	attributeSLO       = "slo"
	attributeService   = "service"
	attributeTeam      = "team"
	attributeObjective = "objective"
	// NeededBy selects SLOs that the promises of a team depend on, such as
	// {neededBy="payments"}.
	NeededBy = "neededBy"
)

// alias stands for attributeSLO too. No list shows it.
const alias = "name"

// Attributes returns the names that a selector can match, in order.
func (c *Catalog) Attributes() []string {
	names := map[string]bool{attributeSLO: true, attributeService: true, attributeTeam: true, attributeObjective: true, NeededBy: true}
	for _, one := range c.SLOs {
		for name := range one.Labels {
			names[name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// Values returns the values of an attribute of selected SLOs, in order. Those of
// NeededBy are of the whole catalog.
func (c *Catalog) Values(name string, selected []slo.SLO) []string {
	if name == NeededBy {
		return dependents(c.SLOs).all()
	}
	values := map[string]bool{}
	for _, s := range selected {
		for _, o := range s.Objectives {
			values[attribute(s, o, name)] = true
		}
	}
	delete(values, "")
	return slices.Sorted(maps.Keys(values))
}

// attribute returns what a matcher on a name is compared with.
func attribute(one slo.SLO, o slo.Objective, name string) string {
	switch name {
	case attributeSLO, alias:
		return one.ID()
	case attributeService:
		return one.Service
	case attributeTeam:
		return one.Team()
	case attributeObjective:
		return o.Name
	}
	return one.Labels[name]
}
