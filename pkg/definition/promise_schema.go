package definition

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"github.com/promise-slo/promise-slo-datasource/docs"
)

// schema is a JSON Schema and its text, from which the sentences of problems
// are made.
type schema struct {
	*jsonschema.Schema
	text any
}

// promiseSchema is that of documents of the kind Promise.
var promiseSchema = sync.OnceValues(func() (*schema, error) { return compileSchema(docs.PromiseSchema) })

func compileSchema(text []byte) (*schema, error) {
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	const name = "schema:promise"
	c := jsonschema.NewCompiler()
	if err := c.AddResource(name, parsed); err != nil {
		return nil, err
	}
	compiled, err := c.Compile(name)
	if err != nil {
		return nil, err
	}
	return &schema{compiled, parsed}, nil
}

// check reports what the schema has against a value, from top to bottom.
func (s *schema) check(root value) {
	m := mapping{places: map[string]value{}, known: map[string]bool{}}
	// A field without a value is as good as none, unless its name is wrong.
	unknown := slices.DeleteFunc(s.faults(m, m.plain(root, nil, true)), func(f fault) bool { return !f.unknownField() })
	others := slices.DeleteFunc(s.faults(m, m.plain(root, nil, false)), fault.unknownField)
	found := slices.Concat(unknown, others)
	slices.SortStableFunc(found, func(a, b fault) int {
		return cmp.Or(byPlace(a.at, b.at), strings.Compare(a.SchemaURL, b.SchemaURL))
	})
	for _, f := range found {
		s.tell(m, f)
	}
}

// fault is what is wrong with a value of the document.
type fault struct {
	*jsonschema.ValidationError
	at value
}

func (f fault) unknownField() bool {
	_, unknown := f.ErrorKind.(*kind.AdditionalProperties)
	return unknown
}

func (s *schema) faults(m mapping, instance any) []fault {
	var invalid *jsonschema.ValidationError
	if !errors.As(s.Validate(instance), &invalid) {
		return nil
	}
	return m.causes(invalid)
}

// causes are the faults that an error is made of. Values that cannot be read
// have been reported; the schema sees null in their place.
func (m mapping) causes(e *jsonschema.ValidationError) []fault {
	var found []fault
	for _, cause := range e.Causes {
		found = append(found, m.causes(cause)...)
	}
	k, typed := e.ErrorKind.(*kind.Type)
	if len(e.Causes) == 0 && !(typed && k.Got == "null") {
		found = append(found, fault{e, m.places[pointer(e.InstanceLocation)]})
	}
	return found
}

func byPlace(a, b value) int {
	return cmp.Or(
		cmp.Compare(a.at.position.Line, b.at.position.Line),
		cmp.Compare(a.at.position.Column, b.at.position.Column),
	)
}

func (s *schema) tell(m mapping, f fault) {
	switch k := f.ErrorKind.(type) {
	case *kind.Required:
		for _, name := range slices.Sorted(slices.Values(k.Missing)) {
			s.tellMissing(m, f, name)
		}
	case *kind.AdditionalProperties:
		s.tellUnknown(m, f, k.Properties)
	case *kind.UniqueItems:
		m.part(f, fmt.Sprint(max(k.Duplicates[0], k.Duplicates[1]))).fail("is given twice", "write it once")
	default:
		f.at.fail(s.message(f), s.word(f.SchemaURL, "x-hint"))
	}
}

func (s *schema) tellUnknown(m mapping, f fault, names []string) {
	known := slices.Sorted(maps.Keys(s.properties(f.SchemaURL)))
	slices.SortFunc(names, func(a, b string) int { return byPlace(m.part(f, a), m.part(f, b)) })
	for _, name := range names {
		m.part(f, name).fail("is not a known field", suggest(name, known, "remove it; known fields are "+strings.Join(known, ", ")))
	}
}

// tellMissing reports a field that is missing, unless it is there without a
// value that can be read, which has been reported.
func (s *schema) tellMissing(m mapping, f fault, name string) {
	if !m.known[pointer(append(slices.Clone(f.InstanceLocation), name))] {
		f.at.object().get(name).fail("is missing", s.word(f.SchemaURL+"/properties/"+name, "x-hint"))
	}
}

// message says what is wrong with a value.
func (s *schema) message(f fault) string {
	is, written := s.word(f.SchemaURL, "x-is"), f.at.node.Value
	switch k := f.ErrorKind.(type) {
	case *kind.Type:
		return fmt.Sprintf("is %s, not %s", typeName(f.at.node), wanted(k.Want))
	case *kind.Not:
		return "is " + is
	case *kind.Pattern, *kind.Const:
		if strings.TrimSpace(written) == "" {
			return "is empty"
		}
		return quoted(written) + " is not " + is
	case *kind.Minimum, *kind.Maximum, *kind.ExclusiveMaximum:
		return written + " is out of range"
	default:
		return fmt.Sprintf("%q is not allowed (%s)", written, strings.Join(k.KeywordPath(), "/"))
	}
}

// wanted names types as people call them.
func wanted(types []string) string {
	names := map[string]string{"object": "a mapping", "array": "a list", "string": "text", "number": "a number"}
	var words []string
	for _, t := range types {
		words = append(words, names[t])
	}
	return strings.Join(words, " or ")
}

// word is an annotation of a place in the schema, or of what that refers to.
func (s *schema) word(location, keyword string) string {
	part := s.part(location)
	if text, ok := part[keyword].(string); ok {
		return text
	}
	if ref, ok := part["$ref"].(string); ok {
		return s.word(ref, keyword)
	}
	return typeHint(part)
}

// typeHint is how to fix a value of another type.
func typeHint(part map[string]any) string {
	switch part["type"] {
	case "object":
		return "write fields as key: value, indented below"
	case "array":
		return "write each item after a dash"
	default:
		return "write a single text"
	}
}

func (s *schema) properties(location string) map[string]any {
	properties, _ := s.part(location)["properties"].(map[string]any)
	return properties
}

// part is the object of the schema at a location, which ends in a JSON pointer
// (RFC 6901) as a fragment; nil if there is none.
func (s *schema) part(location string) map[string]any {
	_, fragment, _ := strings.Cut(location, "#")
	if unescaped, err := url.PathUnescape(fragment); err == nil {
		fragment = unescaped
	}
	part := s.text
	for token := range strings.SplitSeq(strings.TrimPrefix(fragment, "/"), "/") {
		if token == "" {
			break
		}
		fields, _ := part.(map[string]any)
		part = fields[strings.NewReplacer("~1", "/", "~0", "~").Replace(token)]
	}
	fields, _ := part.(map[string]any)
	return fields
}

// mapping leads from a value as the schema sees it back to the document.
type mapping struct {
	// places are all parts, and known is of those that have a value.
	places map[string]value
	known  map[string]bool
}

func pointer(tokens []string) string { return strings.Join(tokens, "\x00") }

// part is a part of the value that has a fault.
func (m mapping) part(f fault, name string) value {
	return m.places[pointer(append(slices.Clone(f.InstanceLocation), name))]
}

// plain is a value of the document as the schema sees it, with dates as text,
// and nil where there is none or none that can be read. Fields without a value
// are left out unless they are asked for.
func (m mapping) plain(v value, at []string, empty bool) any {
	m.places[pointer(at)] = v
	if !v.present() {
		return nil
	}
	m.known[pointer(at)] = true
	switch typeName(v.node) {
	case "a mapping":
		return m.fields(v.object(), at, empty)
	case "a list":
		items := []any{}
		for i, item := range v.list() {
			items = append(items, m.plain(item, append(slices.Clone(at), fmt.Sprint(i)), empty))
		}
		return items
	case "a number":
		if n, ok := v.number(); ok {
			return n
		}
		return nil
	case "true or false":
		return v.node.Value == "true"
	default:
		return v.node.Value
	}
}

func (m mapping) fields(o object, at []string, empty bool) any {
	fields := map[string]any{}
	for _, key := range o.keys {
		if part := m.plain(o.fields[key], append(slices.Clone(at), key), empty); part != nil || empty {
			fields[key] = part
		}
	}
	return fields
}
