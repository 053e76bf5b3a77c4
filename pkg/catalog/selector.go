package catalog

import (
	"slices"
	"strings"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Selector chooses SLOs and objectives: those that all of its matchers match. The
// zero value chooses all.
type Selector struct {
	// A selector that was written as the name of one SLO has a name.
	name     string
	matchers []*labels.Matcher
}

// Criteria contains a selector as a query or a command line writes it. An empty
// field selects all.
type Criteria struct {
	// SLOs contains the name of an SLO, or label matchers such as {team="payments"}.
	SLOs string
	// Objective names an objective.
	Objective string
	// NeededBy names a team whose promises depend on the SLO's service.
	NeededBy string
}

// ParseSelector returns the selector for criteria. An error is about the field
// SLOs.
func ParseSelector(c Criteria) (Selector, error) {
	s, err := parseSLOs(strings.TrimSpace(c.SLOs))
	if err != nil {
		return s, err
	}
	if c.Objective != "" {
		s = s.With(equal(attributeObjective, c.Objective))
	}
	if c.NeededBy != "" {
		s = s.With(equal(NeededBy, c.NeededBy))
	}
	return s, nil
}

func parseSLOs(text string) (Selector, error) {
	if text != "" && !strings.HasPrefix(text, "{") {
		return ByName(text), nil
	}
	matchers, err := promql.ParseMatchers(text)
	return Selector{matchers: matchers}, err
}

// ByName returns a selector of the SLO that has a name.
func ByName(name string) Selector {
	return Selector{name: name, matchers: []*labels.Matcher{equal(attributeSLO, name)}}
}

func equal(attribute, value string) *labels.Matcher {
	return labels.MustNewMatcher(labels.MatchEqual, attribute, value)
}

// With returns a selector that is narrowed by more matchers.
func (s Selector) With(more ...*labels.Matcher) Selector {
	s.matchers = slices.Concat(s.matchers, more)
	return s
}

// Len returns the number of matchers.
func (s Selector) Len() int { return len(s.matchers) }

// Name returns the name of the SLO if the selector was written as one.
func (s Selector) Name() string { return s.name }

// String returns the matchers as PromQL writes them.
func (s Selector) String() string {
	texts := make([]string, len(s.matchers))
	for i, m := range s.matchers {
		texts[i] = m.String()
	}
	return "{" + strings.Join(texts, ",") + "}"
}

// matchesName reports whether a matcher matches the name of an SLO, which others
// may have, or one of its IDs, which are its own. One that excludes must match all.
// The StableID has to be written out: a pattern is about what people see.
func matchesName(m *labels.Matcher, one slo.SLO) bool {
	written := m.Value == one.StableID() || slices.Contains(m.SetMatches(), one.StableID())
	if m.Type == labels.MatchNotEqual || m.Type == labels.MatchNotRegexp {
		return m.Matches(one.Name) && m.Matches(one.ID()) && !written
	}
	return m.Matches(one.Name) || m.Matches(one.ID()) || written
}

// matches reports whether an objective is selected; teams are those that depend
// on each service.
func (s Selector) matches(one slo.SLO, o slo.Objective, teams dependentTeams) bool {
	return !slices.ContainsFunc(s.matchers, func(m *labels.Matcher) bool {
		if m.Name == NeededBy {
			return !teams.match(m, one.Service)
		}
		if m.Name == attributeSLO || m.Name == alias {
			return !matchesName(m, one)
		}
		return !m.Matches(attribute(one, o, m.Name))
	})
}
