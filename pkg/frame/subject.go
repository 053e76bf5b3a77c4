package frame

import (
	"maps"
	"slices"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/grouplabel"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// instanceLabel names the label that distinguishes SLOs of the same name. It is there
// before a second one comes, since labels are how Grafana identifies an alert.
const instanceLabel = "slo_instance"

// subject describes what a row or a series is about.
type subject struct {
	slo       slo.SLO
	objective slo.Objective
	// Labels of the group.
	group labels.Labels
	// Where a broken definition is.
	definition string
	// Why there is no value, or why it is not up to date.
	problem string
}

func subjectOf(e budget.Entry) subject {
	s := subject{slo: e.SLO, objective: e.Objective, group: e.Labels}
	if e.Err != nil {
		s.problem = e.Err.Error()
	}
	return s
}

func (b Broken) subject() subject {
	return subject{slo: slo.SLO{Name: b.SLO}, definition: b.Place, problem: b.Place + ": " + b.Problem}
}

// owner returns who answers for the objective.
func (s subject) owner() string { return s.slo.OwnerOf(s.objective) }

// labels returns the labels of a series about the subject.
func (s subject) labels(more ...string) data.Labels {
	ls := data.Labels{"slo": s.slo.Name, "objective": s.objective.Name, "service": s.slo.Service, "team": s.slo.Team()}
	if s.slo.Identity != "" {
		ls[instanceLabel] = s.slo.Identity
	}
	if s.definition != "" {
		ls["definition"] = s.definition
	}
	s.group.Range(func(l labels.Label) { ls[grouplabel.Name(l.Name)] = l.Value })
	for i := 0; i+1 < len(more); i += 2 {
		ls[more[i]] = more[i+1]
	}
	return ls
}

// name returns the subject's name for people, with its objective and group where
// there are several.
func (s subject) name(more ...string) string {
	parts := []string{s.slo.Title()}
	if s.slo.Instance != "" {
		parts = append(parts, s.slo.Instance)
	}
	if s.slo.Name == "" {
		parts = []string{s.definition}
	}
	if len(s.slo.Objectives) > 1 {
		parts = append(parts, s.objective.Title())
	}
	s.group.Range(func(l labels.Label) {
		if l.Value != "" {
			parts = append(parts, l.Value)
		}
	})
	return strings.Join(append(parts, more...), " · ")
}

// groupLabels returns the names of all grouping labels, in order.
func groupLabels(subjects []subject) []string {
	names := map[string]bool{}
	for _, s := range subjects {
		s.group.Range(func(l labels.Label) { names[l.Name] = true })
	}
	return slices.Sorted(maps.Keys(names))
}
