package catalog

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// dependentTeams contains the teams whose promises depend on a service, by the
// service.
type dependentTeams map[string][]string

// dependents returns the teams whose promises depend on each service.
func dependents(slos []slo.SLO) dependentTeams {
	found := dependentTeams{}
	for _, one := range slos {
		for _, o := range one.Objectives {
			p := one.PromiseOf(o)
			if p == nil {
				continue
			}
			for _, service := range p.DependsOn {
				if team := one.Team(); !slices.Contains(found[service], team) {
					found[service] = append(found[service], team)
				}
			}
		}
	}
	return found
}

// match reports whether a matcher matches one of the teams that depend on a
// service or, if it excludes, all of them.
func (d dependentTeams) match(m *labels.Matcher, service string) bool {
	teams := d[service]
	if len(teams) == 0 {
		return m.Matches("")
	}
	if m.Type == labels.MatchNotEqual || m.Type == labels.MatchNotRegexp {
		return !slices.ContainsFunc(teams, func(team string) bool { return !m.Matches(team) })
	}
	return slices.ContainsFunc(teams, m.Matches)
}

// all returns the teams that depend on anything, in order.
func (d dependentTeams) all() []string {
	var all []string
	for _, teams := range d {
		all = append(all, teams...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Missing returns a notice of the services that selected teams depend on and that
// have no SLO. It is empty if there are none, or if no team is selected by
// NeededBy.
func (c *Catalog) Missing(s Selector) string {
	without := dependents(c.SLOs)
	for _, one := range c.SLOs {
		delete(without, one.Service)
	}
	var missing []string
	for _, service := range slices.Sorted(maps.Keys(without)) {
		matches := func(m *labels.Matcher) bool { return m.Name == NeededBy && without.match(m, service) }
		if slices.ContainsFunc(s.matchers, matches) {
			missing = append(missing, fmt.Sprintf("%s (needed by %s)", service, strings.Join(without[service], ", ")))
		}
	}
	if missing == nil {
		return ""
	}
	return "No SLO is defined of " + strings.Join(missing, ", ") + ": nobody has promised how reliable that is"
}
