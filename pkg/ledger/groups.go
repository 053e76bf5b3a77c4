package ledger

import (
	"fmt"
	"strings"
	"sync"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/grouplabel"
)

// groups numbers the label sets that have an account of their own. It is safe
// for concurrent use.
type groups struct {
	// most limits the number of groups; 0 means no limit.
	most   int
	mu     sync.Mutex
	labels []labels.Labels
	byKey  map[string]int
}

func newGroups(most int) *groups { return &groups{most: most, byKey: map[string]int{}} }

// groupsOverTime is how many times as many groups there may be over all time as at
// present: pods come and go.
const groupsOverTime = 10

// check returns a GroupsError if there are too many groups.
func (g *groups) check(by []string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.most == 0 || len(g.labels) <= g.most {
		return nil
	}
	e := &GroupsError{Groups: len(g.labels), Most: g.most}
	for _, name := range by {
		values := map[string]bool{}
		for _, ls := range g.labels {
			values[ls.Get(name)] = true
		}
		if len(values) > e.Values {
			e.Label, e.Values = name, len(values)
		}
	}
	return e
}

// index returns the number of the group of a series with these labels.
func (g *groups) index(ls labels.Labels, by []string) int {
	return g.indexBy(by, ls.Get)
}

// indexOfRecord returns the number of the group of a record with these labels.
func (g *groups) indexOfRecord(ls labels.Labels, by []string) int {
	return g.indexBy(by, func(name string) string { return ls.Get(grouplabel.Name(name)) })
}

// find returns the number of the group with these labels; ok is false if there is
// none.
func (g *groups) find(ls labels.Labels, by []string) (i int, ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	i, ok = g.byKey[groupKey(by, ls.Get)]
	return i, ok
}

// groupKey returns the same key for the same values of the grouping labels.
func groupKey(by []string, value func(name string) string) string {
	var key strings.Builder
	for _, name := range by {
		key.WriteString(value(name))
		key.WriteByte('\xff')
	}
	return key.String()
}

// count returns the number of groups.
func (g *groups) count() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.labels)
}

// labelSets returns the label sets by number. The caller must not change them.
func (g *groups) labelSets() []labels.Labels {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.labels
}

func (g *groups) indexBy(by []string, value func(name string) string) int {
	key := groupKey(by, value)
	g.mu.Lock()
	defer g.mu.Unlock()
	if i, ok := g.byKey[key]; ok {
		return i
	}
	builder := labels.NewScratchBuilder(len(by))
	for _, name := range by {
		builder.Add(name, value(name))
	}
	builder.Sort()
	g.labels = append(g.labels, builder.Labels())
	g.byKey[key] = len(g.labels) - 1
	return len(g.labels) - 1
}

// GroupsError describes a grouping that has more groups than Options.MaxGroups.
type GroupsError struct {
	// Groups counts the groups of all SLOs; Most is how many there may be.
	Groups, Most int
	// SLO names the one with the most groups, and Label its label with the most
	// values, empty if unknown; Values counts these.
	SLO    string
	Label  string
	Values int
}

// Error returns the numbers, and the label to leave out.
func (e *GroupsError) Error() string {
	text := fmt.Sprintf("the events have %d groups, where at most %d are counted", e.Groups, e.Most)
	if e.Label == "" {
		return text
	}
	text += "; "
	if e.SLO != "" {
		text += "of " + e.SLO + ", "
	}
	text += fmt.Sprintf("the label %s has most values: %d", e.Label, e.Values)
	return text
}
