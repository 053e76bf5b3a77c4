package plugin

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/frame"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// selection chooses SLOs and objectives.
type selection struct {
	// text is as it was written, name set if it is the name of one SLO.
	text, name string
	matchers   []*labels.Matcher
}

// parseSelection reads one name, or label matchers such as {team="payments"};
// empty text selects all SLOs.
func parseSelection(text string) (selection, error) {
	text = strings.TrimSpace(text)
	s := selection{text: text}
	if text != "" && !strings.HasPrefix(text, "{") {
		s.name = text
		return s.and("slo", labels.MatchEqual, text)
	}
	matchers, err := promql.ParseMatchers(text)
	s.matchers = matchers
	return s, err
}

// and narrows a selection.
func (s selection) and(label string, op labels.MatchType, value string) (selection, error) {
	m, err := labels.NewMatcher(op, label, value)
	if err != nil {
		return s, err
	}
	s.matchers = append(slices.Clone(s.matchers), m)
	return s, nil
}

// of are the SLOs that are selected, with the objectives that are.
func (s selection) of(all []slo.SLO) []slo.SLO {
	var selected []slo.SLO
	needs := needsOf(all)
	for _, one := range all {
		objectives := slices.DeleteFunc(slices.Clone(one.Objectives), func(o slo.Objective) bool {
			return !s.matches(one, o, needs)
		})
		if len(objectives) > 0 {
			one.Objectives = objectives
			selected = append(selected, one)
		}
	}
	return selected
}

func (s selection) matches(one slo.SLO, o slo.Objective, needs needs) bool {
	return !slices.ContainsFunc(s.matchers, func(m *labels.Matcher) bool {
		if m.Name == neededBy {
			return !needs.match(m, one.Service)
		}
		return !m.Matches(attribute(one, o, m.Name))
	})
}

// attribute is what a matcher on a name is compared with.
func attribute(one slo.SLO, o slo.Objective, name string) string {
	switch name {
	case "slo", "name":
		return one.Name
	case "service":
		return one.Service
	case "team":
		return one.Team()
	case "objective":
		return o.Name
	}
	return one.Labels[name]
}

// attributes are the names that a selection can match, in order.
func attributes(all []slo.SLO) []string {
	names := map[string]bool{"slo": true, "service": true, "team": true, "objective": true, neededBy: true}
	for _, one := range all {
		for name := range one.Labels {
			names[name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// broken are the definitions with errors that might be selected: all but those
// whose names say otherwise, since nothing else of them is known. Where alert
// rules ask, they are those of no team, as their labels say: of the rules for
// each team and for the rest, those for the rest tell of them, once.
func (s selection) broken(set *definition.Set, alerts bool) []frame.Broken {
	var all []frame.Broken
	for _, p := range set.Problems {
		if p.Severity != definition.Error || !s.mightBe(p.SLO, alerts) {
			continue
		}
		b := frame.Broken{SLO: p.SLO, Place: p.Position.String(), Problem: problem(p)}
		if !slices.ContainsFunc(all, func(known frame.Broken) bool { return same(known, b) }) {
			all = append(all, b)
		}
	}
	return all
}

// same says that two problems are about one definition; the first is enough.
func same(a, b frame.Broken) bool {
	if a.SLO == "" {
		return a == b
	}
	return a.SLO == b.SLO
}

func (s selection) mightBe(name string, alerts bool) bool {
	return !slices.ContainsFunc(s.matchers, func(m *labels.Matcher) bool {
		switch m.Name {
		case "slo", "name":
			return !m.Matches(name)
		case "team":
			return alerts && !m.Matches("")
		}
		return false
	})
}

// problem is a problem without its position.
func problem(p definition.Problem) string {
	return strings.TrimPrefix(p.Error(), p.Position.String()+": ")
}

// unknown is the error of a name that no definition has.
func (s selection) unknown(set *definition.Set) error {
	var names []string
	for _, one := range set.SLOs {
		names = append(names, one.Name)
	}
	hint := "no SLO is defined; write definitions in the settings of the data source"
	if len(names) > 0 {
		hint = "write one of " + few(names) + `, or label matchers such as {team="payments"}`
	}
	text := fmt.Sprintf("slos: there is no SLO named %q; %s", s.name, hint)
	if broken := (selection{}).broken(set, false); len(broken) > 0 {
		text += fmt.Sprintf(". Definitions that cannot be read: %s: %s", broken[0].Place, broken[0].Problem)
	}
	return badRequest(text)
}

// few are the first names of a list.
func few(names []string) string {
	const enough = 10
	if len(names) <= enough {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d others", strings.Join(names[:enough], ", "), len(names)-enough)
}
