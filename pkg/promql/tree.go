package promql

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

func number(v float64) parser.Expr { return &parser.NumberLiteral{Val: v} }

func quoted(s string) parser.Expr { return &parser.StringLiteral{Val: s} }

func paren(e parser.Expr) parser.Expr {
	switch e.(type) {
	case *parser.ParenExpr, *parser.VectorSelector, *parser.Call, *parser.AggregateExpr:
		return e
	}
	return &parser.ParenExpr{Expr: e}
}

func unparen(e parser.Expr) parser.Expr {
	for {
		p, ok := e.(*parser.ParenExpr)
		if !ok {
			return e
		}
		e = p.Expr
	}
}

func call(name string, args ...parser.Expr) parser.Expr {
	return &parser.Call{Func: parser.Functions[name], Args: args}
}

func sumBy(by []string, e parser.Expr) parser.Expr {
	return &parser.AggregateExpr{Op: parser.SUM, Expr: e, Grouping: by}
}

// sumAs returns the sum of an expression by the labels of another aggregation.
func sumAs(n *parser.AggregateExpr, e parser.Expr) parser.Expr {
	return &parser.AggregateExpr{Op: parser.SUM, Expr: e, Grouping: n.Grouping, Without: n.Without}
}

func count(e parser.Expr) parser.Expr { return &parser.AggregateExpr{Op: parser.COUNT, Expr: e} }

func binary(op parser.ItemType, l, r parser.Expr) *parser.BinaryExpr {
	return &parser.BinaryExpr{Op: op, LHS: l, RHS: r}
}

// over returns the range of e: a range selector if e is a selector, or else a
// subquery of the given resolution.
func over(e parser.Expr, length, step time.Duration) parser.Expr {
	length = max(length, time.Millisecond)
	if step == 0 {
		return &parser.MatrixSelector{VectorSelector: e, Range: length}
	}
	return &parser.SubqueryExpr{Expr: paren(e), Range: length, Step: step}
}

// constant returns the value of an expression of numbers alone.
func constant(e parser.Expr) (float64, bool) {
	switch n := e.(type) {
	case *parser.NumberLiteral:
		return n.Val, true
	case *parser.ParenExpr:
		return constant(n.Expr)
	case *parser.UnaryExpr:
		v, ok := constant(n.Expr)
		if n.Op == parser.SUB {
			v = -v
		}
		return v, ok
	case *parser.BinaryExpr:
		l, left := constant(n.LHS)
		if !left {
			return 0, false
		}
		r, right := constant(n.RHS)
		v, known := arithmetic(n.Op, l, r)
		return v, right && known
	}
	return 0, false
}

func arithmetic(op parser.ItemType, l, r float64) (v float64, ok bool) {
	switch op {
	case parser.ADD:
		return l + r, true
	case parser.SUB:
		return l - r, true
	case parser.MUL:
		return l * r, true
	case parser.DIV:
		return l / r, true
	case parser.POW:
		return math.Pow(l, r), true
	}
	return 0, false
}

// metric returns the name of the metric that a selector asks for, empty if it
// is not one certain name.
func metric(sel *parser.VectorSelector) string {
	for _, m := range sel.LabelMatchers {
		if m.Name == model.MetricNameLabel && m.Type == labels.MatchEqual {
			return m.Value
		}
	}
	return ""
}

// attributes returns a selector's matchers other than its metric's name.
func attributes(sel *parser.VectorSelector) []*labels.Matcher {
	return slices.DeleteFunc(slices.Clone(sel.LabelMatchers), func(m *labels.Matcher) bool {
		return m.Name == model.MetricNameLabel && m.Type == labels.MatchEqual
	})
}

// boundsOf returns a selector's matchers on le.
func boundsOf(sel *parser.VectorSelector) []*labels.Matcher {
	return slices.DeleteFunc(slices.Clone(sel.LabelMatchers), func(m *labels.Matcher) bool {
		return m.Name != bucketLabel
	})
}

// rename returns a selector of another metric with other matchers.
func rename(sel *parser.VectorSelector, name string, attributes []*labels.Matcher) *parser.VectorSelector {
	matchers := append(slices.Clone(attributes),
		parser.MustLabelMatcher(labels.MatchEqual, model.MetricNameLabel, name))
	return &parser.VectorSelector{Name: name, LabelMatchers: matchers, PosRange: sel.PosRange}
}

// narrow returns a selector with more matchers; those it has are not repeated.
func narrow(sel *parser.VectorSelector, more []*labels.Matcher) *parser.VectorSelector {
	narrowed := *sel
	narrowed.LabelMatchers = slices.Clone(sel.LabelMatchers)
	for _, m := range more {
		if !slices.ContainsFunc(narrowed.LabelMatchers, sameMatcher(m)) {
			narrowed.LabelMatchers = append(narrowed.LabelMatchers, m)
		}
	}
	return &narrowed
}

func sameMatcher(a *labels.Matcher) func(*labels.Matcher) bool {
	return func(b *labels.Matcher) bool {
		return a.Type == b.Type && a.Name == b.Name && a.Value == b.Value
	}
}

// replaceSelectors returns a copy of the tree with each selector replaced.
func replaceSelectors(e parser.Expr, by func(*parser.VectorSelector) *parser.VectorSelector) parser.Expr {
	return rewrite(e, func(e parser.Expr) parser.Expr {
		if sel, ok := e.(*parser.VectorSelector); ok {
			return by(sel)
		}
		return e
	})
}

// rewrite returns a copy of the tree with each of its parts replaced, the inner
// ones first.
func rewrite(e parser.Expr, by func(parser.Expr) parser.Expr) parser.Expr {
	if e == nil {
		return nil
	}
	return by(withParts(e, func(e parser.Expr) parser.Expr { return rewrite(e, by) }))
}

// replace returns a copy of the tree with the outermost parts replaced for which
// there is something else.
func replace(e parser.Expr, by func(parser.Expr) (parser.Expr, bool)) parser.Expr {
	if e == nil {
		return nil
	}
	if other, ok := by(e); ok {
		return other
	}
	return withParts(e, func(e parser.Expr) parser.Expr { return replace(e, by) })
}

// withParts returns a copy of an expression with other operands.
func withParts(e parser.Expr, by func(parser.Expr) parser.Expr) parser.Expr {
	switch n := e.(type) {
	case *parser.VectorSelector, *parser.NumberLiteral, *parser.StringLiteral:
		return e
	case *parser.MatrixSelector:
		c := *n
		c.VectorSelector = by(n.VectorSelector)
		return &c
	case *parser.SubqueryExpr:
		c := *n
		c.Expr = by(n.Expr)
		return &c
	case *parser.ParenExpr:
		c := *n
		c.Expr = by(n.Expr)
		return &c
	case *parser.UnaryExpr:
		c := *n
		c.Expr = by(n.Expr)
		return &c
	case *parser.AggregateExpr:
		c := *n
		c.Expr, c.Param = by(n.Expr), by(n.Param)
		return &c
	case *parser.BinaryExpr:
		c := *n
		c.LHS, c.RHS = by(n.LHS), by(n.RHS)
		return &c
	case *parser.Call:
		c := *n
		c.Args = make(parser.Expressions, len(n.Args))
		for i, arg := range n.Args {
			c.Args[i] = by(arg)
		}
		return &c
	default:
		panic(fmt.Sprintf("a syntax tree with a %T, which the parser does not make", e))
	}
}

// anyPart reports whether some part of a tree is as a condition asks.
func anyPart(e parser.Expr, is func(parser.Node) bool) (found bool) {
	parser.Inspect(e, func(node parser.Node, _ []parser.Node) error {
		found = found || is(node)
		return nil
	})
	return found
}

// selectorsIn returns all selectors of a tree.
func selectorsIn(e parser.Expr) (found []*parser.VectorSelector) {
	parser.Inspect(e, func(node parser.Node, _ []parser.Node) error {
		if sel, ok := node.(*parser.VectorSelector); ok {
			found = append(found, sel)
		}
		return nil
	})
	return found
}

// sameTree reports whether two expressions say the same.
func sameTree(a, b parser.Expr) bool {
	a, b = unparen(a), unparen(b)
	return reflect.TypeOf(a) == reflect.TypeOf(b) && encodeTree(a) == encodeTree(b)
}
