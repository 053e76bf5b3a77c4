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
	// most is how many there may be, 0 if any number.
	most   int
	mu     sync.Mutex
	labels []labels.Labels
	byKey  map[string]int
}

func newGroups(most int) *groups { return &groups{most: most, byKey: map[string]int{}} }

// groupsOverTime is how many times as many groups there may be in all time as at
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

// index returns the number of the group that a series with these labels belongs
// to.
func (g *groups) index(ls labels.Labels, by []string) int {
	return g.indexBy(by, ls.Get)
}

// indexOfRecord returns the number of the group that a record with these labels is
// about.
func (g *groups) indexOfRecord(ls labels.Labels, by []string) int {
	return g.indexBy(by, func(name string) string { return ls.Get(slo.GroupName(name)) })
}

// count returns how many groups there are.
func (g *groups) count() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.labels)
}

// labelSets returns the label sets by number. It must not be changed.
func (g *groups) labelSets() []labels.Labels {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.labels
}

func (g *groups) indexBy(by []string, value func(name string) string) int {
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

// GroupsError says that a grouping has more groups than Options.MaxGroups.
type GroupsError struct {
	// Groups is how many groups there are of all SLOs, Most how many there
	// may be.
	Groups, Most int
	// SLO is the one with the most groups. Label is the one of its labels
	// with the most values, empty if that is not known, and Values their
	// number.
	SLO    string
	Label  string
	Values int
}

// Error tells the numbers and the label to leave out.
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
