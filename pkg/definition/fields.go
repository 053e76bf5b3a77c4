package definition

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// value is a field's value. Where the document has none, or null, node is nil
// and the position is that of the nearest part that is there.
type value struct {
	*document
	node *yaml.Node
	at   place
}

func (d *document) value(n *yaml.Node, path string) value {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	v := value{document: d, node: n, at: place{d.position(n), path}}
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" {
		v.node = nil
	}
	return v
}

func (v value) present() bool { return v.node != nil }
func (v value) isText() bool  { return v.present() && typeName(v.node) == "text" }
func (v value) isList() bool  { return v.present() && v.node.Kind == yaml.SequenceNode }

func (v value) fail(message, hint string) { v.report.fail(v.at, message, hint) }
func (v value) warn(message, hint string) { v.report.warn(v.at, message, hint) }
func (v value) invalid(err error)         { v.report.invalid(v.at, err) }

// wrong reports that the value is of another type than it should be.
func (v value) wrong(want, hint string) {
	v.fail(fmt.Sprintf("is %s, not %s", typeName(v.node), want), hint)
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

// text is a string; empty if there is none.
func (v value) text() string {
	if !v.present() {
		return ""
	}
	switch {
	case v.isText():
		return v.node.Value
	case v.node.Kind == yaml.ScalarNode:
		v.wrong("text", fmt.Sprintf("put it in quotes: %q", v.node.Value))
	default:
		v.wrong("text", "write a single text")
	}
	return ""
}

// scalar is text, or what is written for a number or true or false, where the
// document's own tool reads those as text; empty if there is none.
func (v value) scalar() string {
	if !v.present() || v.node.Kind != yaml.ScalarNode {
		return v.text()
	}
	return v.node.Value
}

// number is a finite number; ok is false if there is none.
func (v value) number() (n float64, ok bool) {
	if !v.present() {
		return 0, false
	}
	if typeName(v.node) != "a number" {
		v.wrong("a number", "write a plain number, without quotes or a sign such as %")
		return 0, false
	}
	if err := v.node.Decode(&n); err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		v.fail(v.node.Value+" is not a finite number", "write a plain number")
		return 0, false
	}
	return n, true
}

// percent is a number divided by a hundred. The division is done in decimal,
// so that 99.9 becomes the same number as 0.999.
func (v value) percent() (share float64, ok bool) {
	n, ok := v.number()
	if !ok {
		return 0, false
	}
	return hundredth(v.node.Value, n), true
}

// hundredth is a hundredth of the number that the text stands for.
func hundredth(text string, n float64) float64 {
	plain, err := strconv.ParseFloat(text, 64)
	if err != nil || plain != n {
		return n / 100
	}
	if exact, err := strconv.ParseFloat(text+"e-2", 64); err == nil {
		return exact
	}
	return n / 100
}

// boolean is true or false; ok is false if there is neither.
func (v value) boolean() (b, ok bool) {
	if !v.present() {
		return false, false
	}
	if typeName(v.node) != "true or false" || v.node.Decode(&b) != nil {
		v.wrong("true or false", "write true or false, without quotes")
		return false, false
	}
	return b, true
}

// choice is the index of the text among the options, or -1.
func (v value) choice(options ...string) int {
	text := v.text()
	i := slices.Index(options, text)
	if i < 0 && v.isText() {
		v.fail(quoted(text)+" is not one of "+strings.Join(options, ", "), oneOf(text, options))
	}
	return i
}

// period is a duration in OpenSLO's shorthand; ok is false if there is none.
func (v value) period() (p slo.Period, ok bool) {
	if !v.present() {
		return p, false
	}
	if typeName(v.node) == "a number" {
		v.fail("has no unit", fmt.Sprintf("write one of m, h, d, w, M, Q, Y after it, such as %sd", v.node.Value))
		return p, false
	}
	text := v.text()
	if !v.isText() {
		return p, false
	}
	p, err := slo.ParsePeriod(text)
	if err != nil {
		v.invalid(err)
	}
	return p, err == nil
}

// list is the items of a list.
func (v value) list() []value {
	if !v.present() {
		return nil
	}
	if !v.isList() {
		v.wrong("a list", "write each item after a dash")
		return nil
	}
	items := make([]value, len(v.node.Content))
	for i, n := range v.node.Content {
		items[i] = v.document.value(n, fmt.Sprintf("%s[%d]", v.at.field, i))
		if !items[i].present() {
			items[i].fail("is empty", "write something after the dash, or remove it")
		}
	}
	return items
}

// query is a PromQL expression, without white space around it, and where its
// text begins: in a block scalar on the first line below the indicator.
func (v value) query() slo.Query {
	expr := strings.TrimSpace(v.text())
	if expr == "" {
		if v.isText() {
			v.fail("is empty", "write a PromQL expression")
		}
		return slo.Query{}
	}
	return slo.Query{Expr: expr, Source: v.queryStart(expr)}
}

// queryStart has no line where those of the query cannot be counted on from
// it.
func (v value) queryStart(expr string) slo.Position {
	if v.chunk.origin.folded && strings.Contains(expr, "\n") {
		return slo.Position{File: v.at.position.File}
	}
	return v.textStart()
}

func (v value) textStart() slo.Position {
	line, column := v.chunk.above+v.node.Line, v.node.Column
	switch {
	case v.node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		line, column = v.chunk.textBelow(line)
	case v.node.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
		column++
	}
	return v.chunk.origin.position(line, column)
}
