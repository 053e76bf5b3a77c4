package ledger

import (
	"strings"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// groups numbers the label sets that have an account of their own.
type groups struct {
	labels []labels.Labels
	byKey  map[string]int
}

func newGroups() *groups { return &groups{byKey: map[string]int{}} }

// index is the number of the group that a series with these labels belongs to.
func (g *groups) index(ls labels.Labels, by []string) int {
	return g.number(by, ls.Get)
}

// recorded is the number of the group that a record with these labels is about.
func (g *groups) recorded(ls labels.Labels, by []string) int {
	return g.number(by, func(name string) string { return ls.Get(slo.GroupName(name)) })
}

func (g *groups) number(by []string, value func(name string) string) int {
	var key strings.Builder
	for _, name := range by {
		key.WriteString(value(name))
		key.WriteByte('\xff')
	}
	if i, ok := g.byKey[key.String()]; ok {
		return i
	}
	builder := labels.NewScratchBuilder(len(by))
	for _, name := range by {
		builder.Add(name, value(name))
	}
	builder.Sort()
	g.labels = append(g.labels, builder.Labels())
	g.byKey[key.String()] = len(g.labels) - 1
	return len(g.labels) - 1
}
