package plugin

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// neededBy is the name by which SLOs are selected that the promises of a team
// depend on, such as {neededBy="payments"}.
const neededBy = "neededBy"

// needs are the teams whose promises depend on each service.
type needs map[string][]string

// needsOf reads them from the promises. What a team needs of itself is not
// among them: that is its own.
func needsOf(all []slo.SLO) needs {
	found := needs{}
	for _, one := range all {
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

// match says whether the teams that need a service match: one of them must, or
// none of them if the matcher excludes.
func (n needs) match(m *labels.Matcher, service string) bool {
	teams := n[service]
	if len(teams) == 0 {
		return m.Matches("")
	}
	if m.Type == labels.MatchNotEqual || m.Type == labels.MatchNotRegexp {
		return !slices.ContainsFunc(teams, func(team string) bool { return !m.Matches(team) })
	}
	return slices.ContainsFunc(teams, m.Matches)
}

// teams are those that need anything.
func (n needs) teams() []string {
	var all []string
	for _, teams := range n {
		all = append(all, teams...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// unpromised says which services the teams of the selection need for which no
// SLO is defined; it is empty if there are none.
func (s selection) unpromised(all []slo.SLO) string {
	needed := needsOf(all)
	for _, one := range all {
		delete(needed, one.Service)
	}
	var missing []string
	for _, service := range slices.Sorted(maps.Keys(needed)) {
		for _, m := range s.matchers {
			if m.Name == neededBy && needed.match(m, service) {
				missing = append(missing, fmt.Sprintf("%s (needed by %s)", service, strings.Join(needed[service], ", ")))
				break
			}
		}
	}
	if missing == nil {
		return ""
	}
	return "No SLO is defined of " + strings.Join(missing, ", ") + ": nobody has promised how reliable that is"
}
