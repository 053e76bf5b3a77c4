package promql

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/prometheus/promql/parser"
)

// encodeTree returns the canonical text of an expression's syntax tree. It is
// written out here, and not by the parser, so that it stays the same whatever
// becomes of the parser's text for people:
//
//	(select MATCHER…)                      matchers sorted, each once
//	(range MILLISECONDS SELECT)
//	(subquery MILLISECONDS STEP EXPRESSION)
//	(offset MILLISECONDS OF)               around one of the three above
//	(call "rate" ARGUMENT…)
//	(aggregate "sum" "by" ("a" "b") PARAMETER EXPRESSION)
//	(binary "+" LEFT RIGHT MATCHING…)      (bool), (on "a"), (group_left "b"), (fill_left 0)
//	(negate EXPRESSION)
//	1.5, "text"
//
// Brackets are left out, as the tree says the same.
func encodeTree(e parser.Expr) string {
	var enc encoder
	enc.expression(e)
	return enc.String()
}

// encoder writes a tree in one pass: to put together the texts of its parts takes
// time that grows with the square of a long sum.
type encoder struct{ strings.Builder }

func (enc *encoder) expression(e parser.Expr) {
	switch n := e.(type) {
	case *parser.ParenExpr:
		enc.expression(n.Expr)
	case *parser.NumberLiteral:
		enc.WriteString(encodeNumber(n.Val))
	case *parser.StringLiteral:
		enc.WriteString(strconv.Quote(n.Val))
	case *parser.VectorSelector:
		enc.WriteString(encodeSelector(n))
	case *parser.MatrixSelector:
		enc.matrix(n)
	case *parser.SubqueryExpr:
		enc.subquery(n)
	case *parser.UnaryExpr:
		enc.unary(n)
	case *parser.Call:
		enc.call(n)
	case *parser.AggregateExpr:
		enc.aggregate(n)
	case *parser.BinaryExpr:
		enc.binary(n)
	default:
		panic(fmt.Sprintf("a syntax tree with a %T, which the parser does not make", e))
	}
}

// list writes a list of words that are encoded already and of expressions.
func (enc *encoder) list(words []string, expressions ...parser.Expr) {
	enc.WriteString("(" + strings.Join(words, " "))
	for _, e := range expressions {
		enc.WriteByte(' ')
		enc.expression(e)
	}
	enc.WriteByte(')')
}

func (enc *encoder) matrix(n *parser.MatrixSelector) {
	sel := *n.VectorSelector.(*parser.VectorSelector)
	shift := sel.OriginalOffset
	sel.OriginalOffset = 0
	enc.WriteString(encodeOffset(shift, encodeList("range", encodeDuration(n.Range), encodeSelector(&sel))))
}

func (enc *encoder) subquery(n *parser.SubqueryExpr) {
	words := []string{"subquery", encodeDuration(n.Range), encodeDuration(stepOf(n))}
	if n.OriginalOffset == 0 {
		enc.list(words, n.Expr)
		return
	}
	shifted := *n
	shifted.OriginalOffset = 0
	enc.list([]string{"offset", encodeDuration(n.OriginalOffset)}, &shifted)
}

func (enc *encoder) unary(n *parser.UnaryExpr) {
	if n.Op == parser.SUB {
		enc.list([]string{"negate"}, n.Expr)
		return
	}
	enc.expression(n.Expr)
}

func (enc *encoder) call(n *parser.Call) {
	enc.list([]string{"call", strconv.Quote(n.Func.Name)}, n.Args...)
}

func (enc *encoder) aggregate(n *parser.AggregateExpr) {
	side := "by"
	if n.Without {
		side = "without"
	}
	parts := []parser.Expr{n.Expr}
	if n.Param != nil {
		parts = []parser.Expr{n.Param, n.Expr}
	}
	grouping := encodeList(encodeStrings(sortedSet(n.Grouping))...)
	enc.list([]string{"aggregate", strconv.Quote(n.Op.String()), strconv.Quote(side), grouping}, parts...)
}

func (enc *encoder) binary(n *parser.BinaryExpr) {
	enc.WriteString("(binary " + strconv.Quote(n.Op.String()) + " ")
	enc.expression(n.LHS)
	enc.WriteByte(' ')
	enc.expression(n.RHS)
	if n.ReturnBool {
		enc.WriteString(" (bool)")
	}
	for _, modifier := range encodeMatching(n.VectorMatching) {
		enc.WriteString(" " + modifier)
	}
	enc.WriteByte(')')
}

func encodeSelector(sel *parser.VectorSelector) string {
	var matchers []string
	for _, m := range sel.LabelMatchers {
		matchers = append(matchers, encodeList(strconv.Quote(m.Name), m.Type.String(), strconv.Quote(m.Value)))
	}
	encoded := encodeList(append([]string{"select"}, sortedSet(matchers)...)...)
	if sel.Anchored {
		encoded = encodeList("anchored", encoded)
	}
	if sel.Smoothed {
		encoded = encodeList("smoothed", encoded)
	}
	return encodeOffset(sel.OriginalOffset, encoded)
}

// encodeMatching returns the modifiers that differ from none.
func encodeMatching(m *parser.VectorMatching) (words []string) {
	list := func(name string, names []string) {
		words = append(words, encodeList(append([]string{name}, encodeStrings(sortedSet(names))...)...))
	}
	switch {
	case m == nil:
		return nil
	case m.On:
		list("on", m.MatchingLabels)
	case len(m.MatchingLabels) > 0:
		list("ignoring", m.MatchingLabels)
	}
	switch m.Card {
	case parser.CardManyToOne:
		list("group_left", m.Include)
	case parser.CardOneToMany:
		list("group_right", m.Include)
	default:
	}
	if v := m.FillValues.LHS; v != nil {
		words = append(words, encodeList("fill_left", encodeNumber(*v)))
	}
	if v := m.FillValues.RHS; v != nil {
		words = append(words, encodeList("fill_right", encodeNumber(*v)))
	}
	return words
}

func encodeOffset(d time.Duration, of string) string {
	if d == 0 {
		return of
	}
	return encodeList("offset", encodeDuration(d), of)
}

// encodeDuration returns a duration in milliseconds, which is what Prometheus
// counts time in.
func encodeDuration(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }
