package ledger

import (
	"fmt"
	"strings"
	"sync"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// groups numbers the label sets that have an account of their own. It is safe
// for concurrent use.
type groups struct {
	max    int
	mu     sync.Mutex
	labels []labels.Labels
	byKey  map[string]int
}

func newGroups(max int) *groups { return &groups{max: max, byKey: map[string]int{}} }

// TooManyGroups says that a grouping has more label sets than is allowed.
type TooManyGroups struct {
	// Found is how many were found, of which there may be more.
	Found, Max int
	// By are the labels of the grouping; the one with the most values is
	// Largest, with Values of them.
	By      []string
	Largest string
	Values  int
}

// Error names the limit and the label with the most values.
func (e *TooManyGroups) Error() string {
	return fmt.Sprintf("grouping by %s makes %d groups or more, and at most %d are allowed; the label %s has %d values: group by another label, or filter by it",
		strings.Join(e.By, ", "), e.Found, e.Max, e.Largest, e.Values)
}

// check returns an error if there are too many groups.
func (g *groups) check(by []string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.labels) <= g.max {
		return nil
	}
	e := &TooManyGroups{Found: len(g.labels), Max: g.max, By: by}
	for _, name := range by {
		values := map[string]bool{}
		for _, ls := range g.labels {
			values[ls.Get(name)] = true
		}
		if len(values) > e.Values {
			e.Largest, e.Values = name, len(values)
		}
	}
	return e
}

// index returns the number of the group that a series with these labels belongs
// to.
func (g *groups) index(ls labels.Labels, by []string) int {
	return g.number(by, ls.Get)
}

// recorded returns the number of the group that a record with these labels is
// about.
func (g *groups) recorded(ls labels.Labels, by []string) int {
	return g.number(by, func(name string) string { return ls.Get(slo.GroupName(name)) })
}

// count returns how many groups there are.
func (g *groups) count() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.labels)
}

// all returns the label sets by number. It must not be changed.
func (g *groups) all() []labels.Labels {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.labels
}

func (g *groups) number(by []string, value func(name string) string) int {
	var key strings.Builder
	for _, name := range by {
		key.WriteString(value(name))
		key.WriteByte('\xff')
	}
	g.mu.Lock()
	defer g.mu.Unlock()
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
