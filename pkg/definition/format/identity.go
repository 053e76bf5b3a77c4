package format

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
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

// nameAndKey is the same for all that is the same SLO.
type nameAndKey struct{ name, key string }

func newIdentity(labels map[string]string) identity {
	var key strings.Builder
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		if labels[name] == "" {
			continue
		}
		key.WriteString(name + "\x00" + labels[name] + "\x00")
	}
	return identity{labels, key.String()}
}

// CheckIdentity reports a draft if another is the same SLO: one of its name that
// nothing tells from it.
func (x *Index) CheckIdentity(r *yamldoc.Report, d Draft) {
	same := x.identical[nameAndKey{d.SLO.Name, newIdentity(d.Identity).key}]
	CheckUnique(r, &Entry{Kind: Kind{Name: SLOKind, Twice: d.twice()}, Name: d.SLO.Name, At: d.Name}, same)
}

// IdentityText returns what tells a draft from any other that may have its name, as
// a text: the namespace, and after a slash all other labels in order, as in
// pilot/site=a,tier=1. Of an identity that is too long for a label there is a hash.
func (d Draft) IdentityText() string {
	text := identityText(d.Identity)
	if len(text) <= maxIdentity {
		return text
	}
	namespace := d.Identity[Namespace]
	if len(namespace) > maxIdentity/2 {
		namespace = ""
	}
	return identityText(map[string]string{Namespace: namespace, "hash": hash(d.SLO.Name, newIdentity(d.Identity).key)})
}

// maxIdentity bounds an identity, in bytes.
const maxIdentity = 200

func identityText(labels map[string]string) string {
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		if name != Namespace && labels[name] != "" {
			pairs = append(pairs, escapeIdentity.Replace(name)+"="+escapeIdentity.Replace(labels[name]))
		}
	}
	parts := []string{escapeIdentity.Replace(labels[Namespace]), strings.Join(pairs, ",")}
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), "/")
}

// escapeIdentity writes out what separates the parts of an identity.
var escapeIdentity = strings.NewReplacer("%", "%25", "/", "%2F", ",", "%2C", "=", "%3D")

// ParseIdentity returns the labels of an identity as IdentityText writes it. Any
// other text is a label of its own.
func ParseIdentity(text string) map[string]string {
	labels := map[string]string{}
	first, rest, several := strings.Cut(text, "/")
	if strings.Contains(first, "=") {
		rest, several, first = text, true, ""
	}
	labels[Namespace] = unescapeIdentity.Replace(first)
	for pair := range strings.SplitSeq(rest, ",") {
		if name, value, ok := strings.Cut(pair, "="); ok && several {
			labels[unescapeIdentity.Replace(name)] = unescapeIdentity.Replace(value)
		}
	}
	if identityText(labels) != text {
		return map[string]string{"instance": text}
	}
	return labels
}

var unescapeIdentity = strings.NewReplacer("%25", "%", "%2F", "/", "%2C", ",", "%3D", "=")

// twice returns what to do about a draft that is the same SLO as another.
func (d Draft) twice() string {
	another := "another name"
	if d.Apart != "" {
		another += ", or " + d.Apart
	}
	return "remove one if both are the same; else give one of them " + another + ". Its numbers stay, since they are counted from its queries, whatever its name"
}

// noInstance is the instance of an SLO that has none of what tells the others of
// its name apart.
const noInstance = "none"

// Instance returns what tells a draft from others of its name; empty if there are
// none.
func (x *Index) Instance(d Draft) string {
	if x.instances == nil {
		x.instances = x.nameInstances()
	}
	return x.instances[d.SLO.Name][newIdentity(d.Identity).key]
}

// nameInstances returns the instances of SLOs that share a name, by name and
// identity. One whose ID would be that of another SLO ends in a hash of its
// identity, so that no instance depends on the order of the files.
func (x *Index) nameInstances() map[string]map[string]string {
	instances, taken := map[string]map[string]string{}, map[string]int{}
	for name, found := range x.of(SLOKind).byName {
		taken[name]++
		of := instancesOf(found)
		if len(of) < 2 {
			continue
		}
		instances[name] = of
		for _, instance := range instances[name] {
			taken[name+"/"+instance]++
		}
	}
	for name, of := range instances {
		for key, instance := range of {
			if taken[name+"/"+instance] > 1 {
				of[key] = instance + "-" + hash(name, key)
			}
		}
	}
	return instances
}

// instancesOf returns the instances of SLOs of one name, by identity: the values of
// the labels in which they differ.
func instancesOf(all []*Entry) map[string]string {
	differing, instances := differences(all), map[string]string{}
	for _, e := range all {
		var values []string
		for _, label := range differing {
			if value := e.identity.labels[label]; value != "" {
				values = append(values, value)
			}
		}
		instances[e.identity.key] = cmp.Or(strings.Join(values, "/"), noInstance)
	}
	return instances
}

// hash returns eight digits for an identity of a name.
func hash(name, key string) string {
	sum := sha256.Sum256([]byte(name + "\x00" + key))
	return hex.EncodeToString(sum[:4])
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
