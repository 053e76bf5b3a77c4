package catalog

import (
	"fmt"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
)

// Refusal describes an SLO whose definition was refused, or a document of which
// not even the name of an SLO could be read.
type Refusal struct {
	// Name of the SLO, empty if it is not known.
	SLO string
	// Position of the first error, such as slos/shop.yaml:12.
	Place string
	// Problem contains the first error without its position, and counts the others.
	Problem string
}

// Error returns the refusal on one line.
func (r Refusal) Error() string { return r.Place + ": " + r.Problem }

// Refusals returns the definitions with errors that the selector could match:
// all but those whose names it excludes, since nothing else of them is known.
func (c *Catalog) Refusals(s Selector) []Refusal {
	return c.refusals(s, attributeSLO, alias)
}

// RefusalsWithoutTeam returns those among Refusals that a selector of no team
// could match. Where every team and the rest have a copy of an alert rule, only the
// copy for the rest reports them, so that they are reported once.
func (c *Catalog) RefusalsWithoutTeam(s Selector) []Refusal {
	return c.refusals(s, attributeSLO, alias, attributeTeam)
}

// refusals tests the matchers of some attributes, of which a refused definition
// has none but its name.
func (c *Catalog) refusals(s Selector, attributes ...string) []Refusal {
	var all []Refusal
	byName := map[string]int{}
	counts := []int{}
	for _, p := range c.Problems {
		if p.Severity != definition.Error || p.Aside || !s.mayMatch(p.SLO, attributes) {
			continue
		}
		key := p.SLO
		if key == "" {
			key = p.Error()
		}
		i, known := byName[key]
		if !known {
			byName[key] = len(all)
			all = append(all, newRefusal(p))
			counts = append(counts, 0)
			continue
		}
		counts[i]++
	}
	for i, more := range counts {
		if more > 0 && all[i].SLO != "" {
			all[i].Problem += fmt.Sprintf(" (and %s)", human.Count(more, "more error"))
		}
	}
	return all
}

func newRefusal(p definition.Problem) Refusal {
	return Refusal{SLO: p.SLO, Place: p.Position.String(), Problem: p.Text()}
}

func (s Selector) mayMatch(name string, attributes []string) bool {
	return !slices.ContainsFunc(s.matchers, func(m *labels.Matcher) bool {
		if !slices.Contains(attributes, m.Name) {
			return false
		}
		if m.Name == attributeTeam {
			return !m.Matches("")
		}
		return !m.Matches(name)
	})
}

// unknownAttribute returns what to add to a message about a selector with an
// attribute that no SLO has, empty if there is none.
func (c *Catalog) unknownAttribute(s Selector) string {
	known := c.Attributes()
	for _, m := range s.matchers {
		if m.Name != alias && !slices.Contains(known, m.Name) {
			return fmt.Sprintf("; no SLO has the label %s; ", m.Name) + yamldoc.Suggest(m.Name, known, "write one of "+strings.Join(known, ", "))
		}
	}
	return ""
}

// maxNames limits how many names a message lists.
const maxNames = 10

// NoMatch returns a sentence that says why a selector selects nothing, and what to
// write instead.
func (c *Catalog) NoMatch(s Selector) string {
	var names []string
	for _, one := range c.SLOs {
		if s.name != "" && one.IsNamed(s.name) {
			return fmt.Sprintf("no objective of the SLO %q matches %s", s.name, s)
		}
		names = append(names, one.ID())
	}
	if s.name == "" {
		return fmt.Sprintf("no SLO matches %s (%d defined)", s, len(names)) + c.unknownAttribute(s)
	}
	text := fmt.Sprintf("there is no SLO named %q", s.name)
	if len(names) == 0 {
		text += "; no SLO is defined"
	} else {
		text += "; write one of " + human.List(names, maxNames) + `, or label matchers such as {team="payments"}`
	}
	if refusals := c.Refusals(Selector{}); len(refusals) > 0 {
		text += ". Definitions that cannot be read: " + refusals[0].Error()
	}
	return text
}
