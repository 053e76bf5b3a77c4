package yamldoc

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Value describes a part of a document. A field that the document lacks, or that
// is null, is a Value too: it is not present, and its place is that of the
// nearest part that is there.
type Value struct {
	document *document
	node     *yaml.Node
	// line, column and field tell where the value is in the file of the document.
	line, column int
	field        string
	// hint replaces the standard hints about values of another type.
	hint string
}

// document pairs the text of a document with what is wrong with it.
type document struct {
	chunk  *chunk
	report *Report
}

func (d *document) value(n *yaml.Node, path string) Value {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	at := d.chunk.position(n)
	v := Value{document: d, node: n, line: at.Line, column: at.Column, field: path}
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" {
		v.node = nil
	}
	return v
}

// Present reports whether the document has the value.
func (v Value) Present() bool { return v.node != nil }

// Place returns where the value is.
func (v Value) Place() Place { return Place{Position: v.position(), Field: v.field} }

func (v Value) position() slo.Position {
	return slo.Position{File: v.document.chunk.stream.file, Line: v.line, Column: v.column}
}

// Report returns the report of the document.
func (v Value) Report() *Report { return v.document.report }

// WithReport returns the value with another report, in place of the document's,
// so that what is wrong with it does not refuse the rest of the document.
func (v Value) WithReport(r *Report) Value {
	v.document = &document{chunk: v.document.chunk, report: r}
	return v
}

// DocumentText returns the text of the document.
func (v Value) DocumentText() string { return string(v.document.chunk.text) }

// InText reports whether the document is in a text of another document.
func (v Value) InText() bool { return v.document.chunk.stream.field != "" }

// Missing returns a value that the document lacks, next to this one. Its path is
// this one's, with a name in place of another.
func (v Value) Missing(other, name string) Value {
	field := strings.Replace(v.field, other, name, 1)
	return Value{document: v.document, line: v.line, column: v.column, field: field}
}

// isAnchors reports whether the value has an anchor, or all that is in it, at any
// depth, does or is an alias.
func (v Value) isAnchors() bool {
	if v.node == nil {
		return false
	}
	found := false
	return onlyAnchors(v.node, &found) && found
}

// onlyAnchors reports whether all that is in a node belongs to an anchor or is an
// alias, and sets found if there is an anchor.
func onlyAnchors(n *yaml.Node, found *bool) bool {
	if n.Anchor != "" || n.Kind == yaml.AliasNode {
		*found = *found || n.Anchor != ""
		return true
	}
	if len(n.Content) == 0 {
		return false
	}
	first, step := 0, 1
	if n.Kind == yaml.MappingNode {
		first, step = 1, 2
	}
	for i := first; i < len(n.Content); i += step {
		if !onlyAnchors(n.Content[i], found) {
			return false
		}
	}
	return true
}

// IsText reports whether the value is text.
func (v Value) IsText() bool { return v.Type() == "text" }

// IsNumber reports whether the value is a number.
func (v Value) IsNumber() bool { return v.Type() == "a number" }

// IsList reports whether the value is a list.
func (v Value) IsList() bool { return v.Type() == "a list" }

// IsMapping reports whether the value has fields.
func (v Value) IsMapping() bool { return v.Type() == "a mapping" }

// Type returns what the value is, such as "a list"; empty if it is missing.
func (v Value) Type() string {
	if v.node == nil {
		return ""
	}
	return typeName(v.node)
}

func typeName(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	default:
		return scalarName(n.ShortTag())
	}
}

func scalarName(tag string) string {
	switch tag {
	case "!!str":
		return "text"
	case "!!int", "!!float":
		return "a number"
	case "!!bool":
		return "true or false"
	case "!!timestamp":
		return "a date"
	default:
		return "of the type " + tag
	}
}

// Fail reports an error of the value.
func (v Value) Fail(message, hint string) { v.document.report.Fail(v.Place(), message, hint) }

// Warn reports a warning about the value.
func (v Value) Warn(message, hint string) { v.document.report.Warn(v.Place(), message, hint) }

// WarnLeftOut reports a warning about a value that is not kept.
func (v Value) WarnLeftOut(message, hint string) {
	v.Warn(message, hint)
	v.LeaveOut()
}

// FailType reports that the value is of another type than it should be.
func (v Value) FailType(want, hint string) {
	v.Fail(fmt.Sprintf("is %s, not %s", v.Type(), want), cmp.Or(v.hint, hint))
}

// FailRange reports that a number is not within its bounds.
func (v Value) FailRange(hint string) { v.Fail(v.Written()+" is out of range", hint) }

// WithHint returns the value with what to write if it is of another type than it
// should be, in place of the standard hint.
func (v Value) WithHint(hint string) Value {
	v.hint = hint
	return v
}

// Written returns a text, or what is written for another scalar, without a
// check; empty if there is neither.
func (v Value) Written() string {
	if v.node == nil {
		return ""
	}
	return v.node.Value
}

// Text returns a text; empty if there is none.
func (v Value) Text() string {
	switch {
	case !v.Present():
		return ""
	case v.IsText():
		return v.node.Value
	case v.node.Kind == yaml.ScalarNode:
		v.FailType("text", fmt.Sprintf("put it in quotes: %q", v.node.Value))
	default:
		v.FailType("text", "write a single text")
	}
	return ""
}

// Scalar returns a text, or what is written for a number or true or false, where
// the document's own tool reads those as text; empty if there is none.
func (v Value) Scalar() string {
	if !v.Present() || v.node.Kind != yaml.ScalarNode {
		return v.Text()
	}
	return v.node.Value
}

// Form describes the form that a text must have.
type Form struct {
	Pattern *regexp.Regexp
	// Name says what such a text is, with its article: "a date".
	Name string
	// Hint says what to write.
	Hint string
}

// Match returns the text, without white space around it, if it has the form. If
// it does not, that is reported, and the text is empty. A date without quotes is
// text, too.
func (v Value) Match(f Form) string {
	if !v.Present() {
		return ""
	}
	if !v.IsText() && v.Type() != "a date" {
		v.FailType("text", f.Hint)
		return ""
	}
	text := strings.TrimSpace(v.Written())
	switch {
	case f.Pattern.MatchString(v.Written()):
		return text
	case text == "":
		v.Fail("is empty", f.Hint)
	default:
		v.FailForm(f)
	}
	return ""
}

// FailForm reports that the text does not have the form.
func (v Value) FailForm(f Form) { v.Fail(fmt.Sprintf("%q is not %s", v.Written(), f.Name), f.Hint) }

// Number returns a finite number; ok is false if there is none.
func (v Value) Number() (n float64, ok bool) {
	if !v.Present() {
		return 0, false
	}
	if !v.IsNumber() {
		v.FailType("a number", "write a plain number, without quotes or a sign such as %")
		return 0, false
	}
	if err := v.node.Decode(&n); err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		v.Fail(v.node.Value+" is not a finite number", "write a plain number")
		return 0, false
	}
	return n, true
}

// Bool returns true or false; ok is false if there is neither.
func (v Value) Bool() (b, ok bool) {
	if !v.Present() {
		return false, false
	}
	if v.Type() != "true or false" || v.node.Decode(&b) != nil {
		v.FailType("true or false", "write true or false, without quotes")
		return false, false
	}
	return b, true
}

// Choice returns the index of the text among the options, or -1.
func (v Value) Choice(options ...string) int {
	text := v.Text()
	i := slices.Index(options, text)
	if i < 0 && v.IsText() {
		v.Fail(fmt.Sprintf("%q is not one of %s", text, strings.Join(options, ", ")), SuggestOneOf(text, options))
	}
	return i
}

// List returns the items of a list; none if there is no list.
func (v Value) List() []Value {
	if !v.Present() {
		return nil
	}
	if !v.IsList() {
		v.FailType("a list", "write each item after a dash")
		return nil
	}
	items := make([]Value, len(v.node.Content))
	for i := range items {
		items[i] = v.item(i)
		if !items[i].Present() {
			items[i].Fail("is empty", "write something after the dash, or remove it")
		}
	}
	return items
}

// item returns an item of a list.
func (v Value) item(i int) Value {
	return v.document.value(v.node.Content[i], fmt.Sprintf("%s[%d]", v.field, i))
}

// TextStart returns where the first line of a text begins: in a block scalar on
// the first line below the indicator. It has no line where those of the text
// cannot be counted on from it.
func (v Value) TextStart() slo.Position {
	c := v.document.chunk
	if c.stream.folded && strings.Contains(strings.TrimSpace(v.node.Value), "\n") {
		return slo.Position{File: c.stream.file}
	}
	line, column := c.above+v.node.Line, v.node.Column
	switch {
	case v.node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		line, column = c.textBelow(line)
	case v.node.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
		column++
	}
	return c.stream.position(line, column)
}
