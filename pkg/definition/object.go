package definition

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// object is a mapping; without fields if the document has none.
type object struct {
	value
	// keys are in the document's order, merged ones last.
	keys   []string
	fields map[string]value
}

// valid says whether the document has the mapping.
func (o object) valid() bool { return o.fields != nil }

// object reads a mapping whose fields are not checked.
func (v value) object() object {
	o := object{value: v}
	if !v.present() {
		return o
	}
	if v.node.Kind != yaml.MappingNode {
		v.wrong("a mapping", "write fields as key: value, indented below")
		return o
	}
	o.fields = make(map[string]value, len(v.node.Content)/2)
	o.add(v.node, false)
	return o
}

// schema reads a mapping that may have the given fields and no others.
func (v value) schema(known ...string) object {
	o := v.object()
	for _, key := range o.keys {
		if !slices.Contains(known, key) {
			o.fields[key].fail("is not a known field", suggest(key, known, "remove it; known fields are "+strings.Join(known, ", ")))
		}
	}
	return o
}

// add takes over the fields of a mapping. Fields of the mappings that it
// merges (<<) come after its own and do not replace any.
func (o *object) add(n *yaml.Node, merged bool) {
	var merges []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, val := n.Content[i], n.Content[i+1]
		if key.ShortTag() == "!!merge" {
			merges = append(merges, val)
			continue
		}
		o.addField(key, val, merged)
	}
	for _, m := range merges {
		o.merge(m)
	}
}

func (o *object) addField(key, val *yaml.Node, merged bool) {
	if key.Kind == yaml.AliasNode {
		key = key.Alias
	}
	if len(key.Value) > maxKey {
		o.report.fail(place{o.position(key), o.at.field}, fmt.Sprintf("has a field with a name of %d bytes", len(key.Value)), fmt.Sprintf("write a name of at most %d", maxKey))
		return
	}
	at := place{o.position(key), o.path(key.Value)}
	if key.Kind != yaml.ScalarNode {
		o.report.fail(place{at.position, o.at.field}, "has "+typeName(key)+" as a key", "write a name before the colon")
		return
	}
	if first, ok := o.fields[key.Value]; ok {
		if !merged {
			o.report.fail(at, fmt.Sprintf("is given twice, first on line %d", first.at.position.Line), "remove one of them")
		}
		return
	}
	field := o.document.value(val, at.field)
	if !field.present() {
		field.at.position = at.position
	}
	o.keys = append(o.keys, key.Value)
	o.fields[key.Value] = field
}

func (o *object) merge(n *yaml.Node) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	switch n.Kind {
	case yaml.MappingNode:
		o.add(n, true)
	case yaml.SequenceNode:
		for _, item := range n.Content {
			o.merge(item)
		}
	default:
		o.report.fail(place{o.position(n), o.at.field}, "merges "+typeName(n)+" with <<", "merge a mapping")
	}
}

var plainKey = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

func (o object) path(key string) string {
	switch {
	case !plainKey.MatchString(key):
		return fmt.Sprintf("%s[%q]", o.at.field, key)
	case o.at.field == "":
		return key
	default:
		return o.at.field + "." + key
	}
}

// get is the field's value, which may be absent.
func (o object) get(name string) value {
	if v, ok := o.fields[name]; ok {
		return v
	}
	return value{document: o.document, at: place{o.at.position, o.path(name)}}
}

// need is the field's value; that it is missing is reported, unless all of the
// object is, which was reported before.
func (o object) need(name, hint string) value {
	v := o.get(name)
	if !v.present() && o.valid() {
		v.fail("is missing", hint)
	}
	return v
}

// needText is the text of a field that must not be empty.
func (o object) needText(name, hint string) string {
	v := o.need(name, hint)
	text := strings.TrimSpace(v.text())
	if text == "" && v.isText() {
		v.fail("is empty", hint)
	}
	return text
}

// one is the only field of those names that is there. That there is none or
// more than one is reported; the field is absent then.
func (o object) one(names ...string) (name string, v value) {
	var given []string
	for _, n := range names {
		if o.get(n).present() {
			given = append(given, n)
		}
	}
	switch {
	case len(given) == 1:
		return given[0], o.get(given[0])
	case len(given) > 1:
		o.get(given[1]).fail("is given as well as "+given[0], "write only one of them")
	case o.valid():
		o.fail("has none of "+strings.Join(names, ", "), "write one of them")
	}
	return "", value{document: o.document}
}
