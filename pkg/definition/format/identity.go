package format

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
)

// Namespace names the label of a resource's namespace.
const Namespace = "namespace"

// identity tells SLOs of one name apart.
type identity struct {
	labels map[string]string
	// key is the same for identities that are.
	key string
}

func newIdentity(labels map[string]string) identity {
	var key strings.Builder
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		key.WriteString(name + "\x00" + labels[name] + "\x00")
	}
	return identity{labels, key.String()}
}

// CheckIdentity reports a draft if another is the same SLO: one of its name that
// nothing tells from it.
func (x *Index) CheckIdentity(r *yamldoc.Report, d Draft) {
	var same []*Entry
	own := newIdentity(d.Identity)
	for _, e := range x.Find(SLOKind, d.SLO.Name) {
		if e.identity.key == own.key {
			same = append(same, e)
		}
	}
	CheckUnique(r, &Entry{Kind: Kind{Name: SLOKind}, Name: d.SLO.Name, At: d.Name}, same)
}

// Instance returns what tells a draft from others of its name; empty if there are
// none, or if it is the one that has nothing to be told by.
func (x *Index) Instance(d Draft) string {
	name := d.SLO.Name
	found := x.Find(SLOKind, name)
	if len(found) < 2 {
		return ""
	}
	if x.instances[name] == nil {
		x.instances[name] = x.nameInstances(name, found)
	}
	return x.instances[name][newIdentity(d.Identity).key]
}

// nameInstances returns the instances of SLOs of a name, by identity: the values of
// the labels in which they differ. No instance makes an ID that is the name of
// another SLO.
func (x *Index) nameInstances(name string, all []*Entry) map[string]string {
	differing := differences(all)
	instances, taken := map[string]string{}, map[string]bool{}
	for _, e := range all {
		if _, known := instances[e.identity.key]; known {
			continue
		}
		var values []string
		for _, label := range differing {
			if value := e.identity.labels[label]; value != "" {
				values = append(values, value)
			}
		}
		instance := strings.Join(values, "/")
		for len(x.Find(SLOKind, name+"/"+instance)) > 0 {
			instance += "-"
		}
		instances[e.identity.key] = Take(taken, instance)
	}
	return instances
}

// differences returns the labels in which identities differ, the namespace first.
func differences(all []*Entry) []string {
	values := map[string]map[string]bool{}
	for _, e := range all {
		for label := range e.identity.labels {
			values[label] = map[string]bool{}
		}
	}
	var differing []string
	for label, seen := range values {
		for _, e := range all {
			seen[e.identity.labels[label]] = true
		}
		if len(seen) > 1 {
			differing = append(differing, label)
		}
	}
	slices.SortFunc(differing, func(a, b string) int {
		if a == Namespace || b == Namespace {
			return cmp.Compare(rank(a), rank(b))
		}
		return cmp.Compare(a, b)
	})
	return differing
}

func rank(label string) int {
	if label == Namespace {
		return 0
	}
	return 1
}
