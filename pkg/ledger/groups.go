package ledger

import (
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
