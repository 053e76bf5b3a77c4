package promql

import (
	"slices"

	"github.com/prometheus/prometheus/promql/parser"
)

// A labelSet describes the labels that an expression's series can carry: those
// that are listed or, if except is set, all others.
type labelSet struct {
	names  []string
	except bool
}

func everyLabel() labelSet { return labelSet{except: true} }

// none reports whether there is no label in the set.
func (s labelSet) none() bool { return !s.except && len(s.names) == 0 }

func (s labelSet) has(name string) bool { return slices.Contains(s.names, name) != s.except }

// only returns the set's intersection with names, sorted.
func (s labelSet) only(names []string) labelSet {
	kept := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return !s.has(n) })
	slices.Sort(kept)
	return labelSet{names: slices.Compact(kept)}
}

func (s labelSet) without(names []string) labelSet {
	if !s.except {
		kept := slices.DeleteFunc(slices.Clone(s.names), func(n string) bool { return slices.Contains(names, n) })
		return labelSet{names: kept}
	}
	dropped := append(slices.Clone(s.names), names...)
	slices.Sort(dropped)
	return labelSet{names: slices.Compact(dropped), except: true}
}

func (s labelSet) with(names []string) labelSet {
	if s.except {
		return labelSet{names: labelSet{names: s.names}.without(names).names, except: true}
	}
	return labelSet{names: everyLabel().only(append(slices.Clone(s.names), names...)).names}
}

func (s labelSet) intersect(o labelSet) labelSet {
	switch {
	case !s.except:
		return o.only(s.names)
	case !o.except:
		return s.only(o.names)
	default:
		return s.without(o.names)
	}
}

func (s labelSet) equal(o labelSet) bool {
	return s.except == o.except && slices.Equal(s.names, o.names)
}

// keptBy reports whether an aggregation of series that differ in these labels
// has one series for each: it aggregates nothing.
func (s labelSet) keptBy(n *parser.AggregateExpr) bool {
	if n.Without {
		return !s.except && s.without(n.Grouping).equal(s)
	}
	return !s.except && s.only(n.Grouping).equal(s)
}

// grouping returns the names by which an expression with these labels is grouped:
// none if it carries whatever labels its series have.
func (s labelSet) grouping() []string {
	if s.except || len(s.names) == 0 {
		return nil
	}
	return slices.Clone(s.names)
}

// labelsOf returns the labels that the series of an expression can carry.
func labelsOf(e parser.Expr) labelSet {
	switch n := e.(type) {
	case *parser.VectorSelector, *parser.MatrixSelector:
		return everyLabel()
	case *parser.ParenExpr:
		return labelsOf(n.Expr)
	case *parser.UnaryExpr:
		return labelsOf(n.Expr)
	case *parser.SubqueryExpr:
		return labelsOf(n.Expr)
	case *parser.AggregateExpr:
		return labelsOfAggregate(n)
	case *parser.Call:
		return labelsOfCall(n)
	case *parser.BinaryExpr:
		return labelsOfBinary(n)
	default:
		return labelSet{}
	}
}

func labelsOfAggregate(n *parser.AggregateExpr) labelSet {
	inner := labelsOf(n.Expr)
	switch n.Op {
	case parser.TOPK, parser.BOTTOMK, parser.LIMITK, parser.LIMIT_RATIO:
		return inner
	}
	if n.Without {
		return inner.without(n.Grouping)
	}
	return inner.only(n.Grouping)
}

func labelsOfCall(n *parser.Call) labelSet {
	var inner labelSet
	for _, arg := range n.Args {
		if t := arg.Type(); t == parser.ValueTypeVector || t == parser.ValueTypeMatrix {
			inner = labelsOf(arg)
			break
		}
	}
	switch n.Func.Name {
	case "absent", "absent_over_time", "scalar":
		return labelSet{}
	case "histogram_quantile", "histogram_fraction":
		return inner.without([]string{"le"})
	case "label_replace", "label_join":
		if made, ok := n.Args[1].(*parser.StringLiteral); ok {
			return inner.with([]string{made.Val})
		}
	}
	return inner
}

func labelsOfBinary(n *parser.BinaryExpr) labelSet {
	l, r := labelsOf(n.LHS), labelsOf(n.RHS)
	matching := n.VectorMatching
	switch {
	case matching == nil && l.none():
		// What is a number has no labels. Its type would take a walk to tell.
		return r
	case matching == nil:
		return l
	case n.Op == parser.LOR:
		return l.intersect(r)
	case n.Op == parser.LAND, n.Op == parser.LUNLESS:
		return l
	case matching.Card == parser.CardManyToOne:
		return l.with(matching.Include)
	case matching.Card == parser.CardOneToMany:
		return r.with(matching.Include)
	case matching.On:
		return l.only(matching.MatchingLabels)
	default:
		return l.without(matching.MatchingLabels)
	}
}
