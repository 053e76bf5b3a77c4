// Package catalog loads definitions, selects SLOs and reports what is wrong with
// them, for the plugin and the command line alike.
//
//   - A Source names where definitions come from: text, files, or a folder below
//     one that an administrator allows. A Library loads a source again when it may
//     have changed.
//   - A Selector chooses SLOs and objectives by their attributes, which are their
//     names and labels and the teams that depend on them.
//   - A Refusal names an SLO that was refused, with the first of its errors.
package catalog

import (
	"context"
	"maps"
	"slices"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Catalog contains the SLOs that were read, and the problems of their documents.
type Catalog struct {
	*definition.Set
}

// Load returns the definitions of a source.
func Load(ctx context.Context, s Source) (*Catalog, error) {
	return load(ctx, s, newReader(s))
}

func load(ctx context.Context, s Source, r *definition.Reader) (*Catalog, error) {
	set, err := s.load(ctx, r)
	if err != nil {
		return nil, err
	}
	return &Catalog{set}, nil
}

// Select returns the SLOs that match, each with the objectives that do.
func (c *Catalog) Select(s Selector) []slo.SLO {
	var selected []slo.SLO
	teams := dependents(c.SLOs)
	for _, one := range c.SLOs {
		objectives := slices.DeleteFunc(slices.Clone(one.Objectives), func(o slo.Objective) bool {
			return !s.matches(one, o, teams)
		})
		if len(objectives) > 0 {
			one.Objectives = objectives
			selected = append(selected, one)
		}
	}
	return selected
}

// Services returns the services of SLOs in order.
func Services(slos []slo.SLO) []string {
	return distinct(slos, func(s slo.SLO) string { return s.Service })
}

// Teams returns the teams of SLOs in order.
func Teams(slos []slo.SLO) []string { return distinct(slos, slo.SLO.Team) }

// distinct returns the values of an attribute in order, without the empty one.
func distinct(slos []slo.SLO, attribute func(slo.SLO) string) []string {
	values := map[string]bool{}
	for _, s := range slos {
		values[attribute(s)] = true
	}
	delete(values, "")
	return slices.Sorted(maps.Keys(values))
}
