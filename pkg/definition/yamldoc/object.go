package yamldoc

import (
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Object describes a value with fields. One that the document lacks has none.
type Object struct {
	value Value
	// keys are in the document's order, merged ones last.
	keys   []string
	fields map[string]Value
	// misspelled contains the known fields that unknown ones were probably meant
	// for, which are not reported as missing too.
	misspelled map[string]bool
}

// Object returns the fields of a mapping, whose names are not checked.
func (v Value) Object() Object {
	o := Object{value: v}
	if !v.Present() {
		return o
	}
	if !v.IsMapping() {
		v.FailType("a mapping", "write fields as key: value, indented below")
		return o
	}
	o.fields = make(map[string]Value, len(v.node.Content)/2)
	o.add(v.node, false)
	return o
}

// Fields returns the fields of a mapping that may have those names and no
// others.
func (v Value) Fields(known ...string) Object {
	o := v.Object()
	o.misspelled = map[string]bool{}
	for _, key := range o.unknown(known) {
		o.misspelled[Nearest(key, known)] = true
		o.fields[key].Fail("is not a known field", Suggest(key, known, "remove it; known fields are "+strings.Join(known, ", ")))
	}
	return o
}

// FieldsWarn returns the fields of a mapping. One of another name changes nothing
// that counts, and the tool that the document is for ignores it, so that it is
// reported as a warning. Other names are known too, but not proposed.
func (v Value) FieldsWarn(tool string, known []string, other ...string) Object {
	o := v.Object()
	for _, key := range o.unknown(slices.Concat(known, other)) {
		o.fields[key].Warn("is not known to "+tool+", which ignores it", Suggest(key, known, "remove it; known fields are "+strings.Join(known, ", ")))
	}
	return o
}

// unknown returns the fields that are not known, without those that only contain
// anchors for other fields to refer to, as x-common: &common does.
func (o Object) unknown(known []string) []string {
	var all []string
	for _, key := range o.keys {
		anchors := strings.HasPrefix(key, "x-") || o.fields[key].isAnchors() && Nearest(key, known) == ""
		if !slices.Contains(known, key) && !anchors {
			all = append(all, key)
		}
	}
	return all
}

// add takes over the fields of a mapping. Fields of the mappings that it
// merges (<<) come after its own and do not replace any.
func (o *Object) add(n *yaml.Node, merged bool) {
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

func (o *Object) addField(key, val *yaml.Node, merged bool) {
	if key.Kind == yaml.AliasNode {
		key = key.Alias
	}
	document := o.value.document
	at := Place{Position: document.chunk.position(key), Field: o.value.field}
	if len(key.Value) > maxKey {
		document.report.Fail(at, fmt.Sprintf("has a field with a name of %d bytes", len(key.Value)), fmt.Sprintf("write a name of at most %d", maxKey))
		return
	}
	if key.Kind != yaml.ScalarNode {
		document.report.Fail(at, "has "+typeName(key)+" as a key", "write a name before the colon")
		return
	}
	at.Field = o.path(key.Value)
	if first, ok := o.fields[key.Value]; ok {
		if !merged {
			document.report.Fail(at, fmt.Sprintf("is given twice, first on line %d", first.line), "remove one of them")
		}
		return
	}
	field := document.value(val, at.Field)
	if !field.Present() {
		field.line, field.column = at.Position.Line, at.Position.Column
	}
	o.keys = append(o.keys, key.Value)
	o.fields[key.Value] = field
}

func (o *Object) merge(n *yaml.Node) {
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
		document := o.value.document
		at := Place{Position: document.chunk.position(n), Field: o.value.field}
		document.report.Fail(at, "merges "+typeName(n)+" with <<", "merge a mapping")
	}
}

var plainKey = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// path returns the path of a field.
func (o Object) path(key string) string {
	switch {
	case !plainKey.MatchString(key):
		return fmt.Sprintf("%s[%q]", o.value.field, key)
	case o.value.field == "":
		return key
	default:
		return o.value.field + "." + key
	}
}

// Present reports whether the document has the mapping.
func (o Object) Present() bool { return o.fields != nil }

// Value returns the mapping as a value.
func (o Object) Value() Value { return o.value }

// Report returns the report of the document.
func (o Object) Report() *Report { return o.value.document.report }

// Fail reports an error of the object as a whole.
func (o Object) Fail(message, hint string) { o.value.Fail(message, hint) }

// Len returns the number of fields.
func (o Object) Len() int { return len(o.keys) }

// All yields the names and values of the fields in the document's order, merged
// ones last.
func (o Object) All() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		for _, key := range o.keys {
			o.fields[key].markRead()
			if !yield(key, o.fields[key]) {
				return
			}
		}
	}
}

// Get returns the field's value, which may be missing.
func (o Object) Get(name string) Value {
	if v, ok := o.fields[name]; ok {
		v.markRead()
		return v
	}
	return Value{document: o.value.document, line: o.value.line, column: o.value.column, field: o.path(name)}
}

// Need returns the field's value and reports that it is missing, unless all of
// the object is, which was reported before.
func (o Object) Need(name, hint string) Value {
	v := o.Get(name)
	if !v.Present() && o.Present() && !o.misspelled[name] {
		v.Fail("is missing", hint)
	}
	return v
}

// IsMisspelled reports whether an unknown field was probably meant to be one of
// those.
func (o Object) IsMisspelled(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return o.misspelled[name] })
}

// NeedText returns the text of a field that must not be empty, without white
// space around it.
func (o Object) NeedText(name, hint string) string {
	v := o.Need(name, hint)
	text := strings.TrimSpace(v.Text())
	if text == "" && v.IsText() {
		v.Fail("is empty", hint)
	}
	return text
}

// One returns the only field of those names that is there. It reports that there
// is none, or more than one; the value is missing then.
func (o Object) One(names ...string) (name string, v Value) {
	var given []string
	for _, n := range names {
		if o.Get(n).Present() {
			given = append(given, n)
		}
	}
	switch {
	case len(given) == 1:
		return given[0], o.Get(given[0])
	case len(given) > 1:
		o.Get(given[1]).Fail("is given as well as "+given[0], "write only one of them")
	case o.Present():
		o.Fail("has none of "+strings.Join(names, ", "), "write one of them")
	}
	return "", Value{document: o.value.document}
}

// WarnNoEffect reports those of the fields that are there, with a hint.
func (o Object) WarnNoEffect(hint string, names ...string) {
	for _, name := range names {
		if v := o.Get(name); v.Present() {
			v.WarnLeftOut("has no effect", hint)
		}
	}
}
