package frame

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// SLOs returns a table of definitions, a row per objective. Those that cannot be
// read are in it with the reason.
func SLOs(ctx context.Context, slos []slo.SLO, p Params) data.Frames {
	var rows []subject
	for _, s := range slos {
		for _, o := range s.Objectives {
			rows = append(rows, subject{slo: s, objective: o})
		}
	}
	for _, b := range p.Broken {
		rows = append(rows, b.subject())
	}
	f := table("slos", rows, definitionColumns(rows))
	return withNotices(ctx, data.Frames{f}, data.FrameTypeTable, nil, p)
}

func definitionColumns(rows []subject) []column[subject] {
	of := func(s subject) subject { return s }
	columns := append(subjectColumns(rows, of),
		col("owner", display("Owner"), subject.owner),
		col("description", display("Description"), func(s subject) string { return s.slo.Description }),
		col("objectiveTitle", display("Objective title"), func(s subject) string { return s.objective.Title() }),
		target("target", "Target", rows, func(s subject) *float64 { return s.ifRead(s.objective.Target) }),
		col("window", display("Window"), func(s subject) *string { return ifSet(s, s.slo.Window.String) }),
		col("method", display("Budgeting method"), func(s subject) *string { return ifSet(s, s.slo.Method.String) }),
		col("groupBy", display("Grouped by"), func(s subject) string { return strings.Join(s.slo.GroupBy, ", ") }),
		col("labels", display("Labels"), func(s subject) string { return formatLabels(s.slo.Labels) }),
		col("definition", display("Defined in"), subject.place),
	)
	columns = append(columns, promiseColumns(rows, of)...)
	return append(columns,
		col("reason", display("Reason"), subject.reason),
		col("dependsOn", display("Depends on"), subject.dependsOn),
		errorColumn(of),
	)
}

func (s subject) broken() bool { return s.definition != "" }

func (s subject) ifRead(v float64) *float64 {
	if s.broken() {
		return nil
	}
	return &v
}

func ifSet(s subject, text func() string) *string {
	if s.broken() {
		return nil
	}
	t := text()
	return &t
}

func (s subject) place() string {
	if s.broken() {
		return s.definition
	}
	return s.slo.Source.String()
}

// formatLabels writes labels as PromQL does.
func formatLabels(ls map[string]string) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(ls)) {
		parts = append(parts, fmt.Sprintf("%s=%q", name, ls[name]))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}
