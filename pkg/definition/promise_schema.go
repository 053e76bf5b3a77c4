package definition

import (
	"bytes"
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

// check reports what the schema has against a value.
func (s *schema) check(root value) {
	m := mapping{places: map[string]value{}, known: map[string]bool{}}
	instance := m.plain(root, nil)
	var invalid *jsonschema.ValidationError
	if errors.As(s.Validate(instance), &invalid) {
		s.tell(m, invalid)
	}
}

// tell reports an error by its causes.
func (s *schema) tell(m mapping, e *jsonschema.ValidationError) {
	for _, cause := range e.Causes {
		s.tell(m, cause)
	}
	if len(e.Causes) > 0 {
		return
	}
	at, ok := m.places[pointer(e.InstanceLocation)]
	if !ok {
		return
	}
	switch k := e.ErrorKind.(type) {
	case *kind.Required:
		for _, name := range k.Missing {
			s.tellMissing(m, e, at.object(), name)
		}
	case *kind.AdditionalProperties:
		known := slices.Sorted(maps.Keys(s.properties(e.SchemaURL)))
		for _, name := range k.Properties {
			m.at(e.InstanceLocation, name).fail("is not a known field", suggest(name, known, "remove it; known fields are "+strings.Join(known, ", ")))
		}
	case *kind.UniqueItems:
		m.at(e.InstanceLocation, fmt.Sprint(max(k.Duplicates[0], k.Duplicates[1]))).fail("is given twice", "write it once")
	default:
		at.fail(s.message(e, at), s.word(e.SchemaURL, "x-mend"))
	}
}

// tellMissing reports a field that is missing, unless it is there without a
// value that can be read, which has been reported.
func (s *schema) tellMissing(m mapping, e *jsonschema.ValidationError, o object, name string) {
	if m.known[pointer(append(slices.Clone(e.InstanceLocation), name))] {
		return
	}
	o.get(name).fail("is missing", s.word(e.SchemaURL+"/properties/"+name, "x-mend"))
}

// message says what is wrong with a value.
func (s *schema) message(e *jsonschema.ValidationError, v value) string {
	is := s.word(e.SchemaURL, "x-is")
	written := v.node.Value
	switch k := e.ErrorKind.(type) {
	case *kind.Type:
		return fmt.Sprintf("is %s, not %s", typeName(v.node), wanted(k.Want))
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
	return typeMend(part)
}

// typeMend is how to mend a value of another type.
func typeMend(part map[string]any) string {
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
	// places are the parts that could be read, and known is of all parts,
	// by where they are.
	places map[string]value
	known  map[string]bool
}

func pointer(tokens []string) string { return strings.Join(tokens, "\x00") }

// at is a part's own part.
func (m mapping) at(tokens []string, name string) value {
	return m.places[pointer(append(slices.Clone(tokens), name))]
}

// plain is a value of the document as the schema sees it, and nil where there
// is none or none that can be read. Dates are text.
func (m mapping) plain(v value, at []string) any {
	if !v.present() {
		return nil
	}
	m.known[pointer(at)] = true
	plain := m.read(v, at)
	if plain != nil {
		m.places[pointer(at)] = v
	}
	return plain
}

func (m mapping) read(v value, at []string) any {
	switch typeName(v.node) {
	case "a mapping":
		fields := map[string]any{}
		o := v.object()
		for _, key := range o.keys {
			if part := m.plain(o.fields[key], append(slices.Clone(at), key)); part != nil {
				fields[key] = part
			}
		}
		return fields
	case "a list":
		items := []any{}
		for i, item := range v.list() {
			items = append(items, m.plain(item, append(slices.Clone(at), fmt.Sprint(i))))
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
