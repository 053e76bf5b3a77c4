package promql

import (
	"fmt"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"
)

const hintSum = "write sum in place of avg"

const hintCount = "count events with sum(rate(counter[{{.window}}]))"

// aggregationReason says why an aggregation other than sum is no count.
func aggregationReason(op parser.ItemType) string {
	switch op {
	case parser.COUNT, parser.GROUP, parser.COUNT_VALUES:
		return fmt.Sprintf("%s counts series, not events", op)
	case parser.TOPK, parser.BOTTOMK, parser.LIMITK, parser.LIMIT_RATIO:
		return fmt.Sprintf("%s chooses different series in every window, so events do not add up", op)
	default:
		return fmt.Sprintf("%s over a long window is not the sum of its values over short ones", op)
	}
}

// averageHint returns what to write in place of an average in a unit.
func (q *query) averageHint(of unit) string {
	if of.bare() {
		return q.orSubquery(hintSum)
	}
	return hintSum
}

// aggregationHint returns what to write in place of an aggregation that is no
// count.
func (q *query) aggregationHint(op parser.ItemType) string {
	switch op {
	case parser.TOPK, parser.BOTTOMK, parser.LIMITK, parser.LIMIT_RATIO:
		return hintCount
	}
	return q.orSubquery(hintCount)
}

// callReason says why a function's value is no count, and what to write.
func (q *query) callReason(name string) (reason, hint string) {
	switch name {
	case "irate", "idelta":
		return name + " sees the last two samples of a window only, and misses all other events",
			"use rate or increase, over a counter"
	case "changes", "resets":
		return name + " misses what changes between two windows, so events do not add up", hintCount
	case "delta", "deriv", "predict_linear", "double_exponential_smoothing":
		return name + " shows how a gauge moves, which is not a number of events", "use rate or increase, over a counter"
	case "histogram_sum", "histogram_avg", "histogram_quantile", "histogram_stddev", "histogram_stdvar":
		return name + " shows how large observations are, not how many", "use histogram_count, or a histogram's bucket"
	case "histogram_fraction":
		return "a fraction is not a number of events", "multiply it by the histogram_count of the same histogram, or use a raw ratio"
	case "absent", "absent_over_time":
		return name + " shows that there are no series, which is not a number of events", q.orSubquery("leave it out, as coverage shows what is missing")
	}
	if strings.HasSuffix(name, "_over_time") {
		return name + " over a long window is not the sum of its values over short ones", q.orSubquery("use sum_over_time or count_over_time")
	}
	return name + " does not keep the count of events, or not over other windows", q.orSubquery(hintCount)
}

// orSubquery adds to a hint the form that works for whatever has a value every
// minute: the author's own query in a subquery.
func (q *query) orSubquery(hint string) string {
	form, other := q.subquery()
	if form == "" {
		return hint
	}
	return hint + "; or evaluate it every minute with `" + form + "`, and write the other query " + other
}

// factorHint returns what to write in place of a factor. What is multiplied by a
// gauge, such as a percentage, is often one itself: how many events there were in
// the period before, which no rate adds up.
func (q *query) factorHint(n *parser.BinaryExpr) string {
	if m := n.VectorMatching; m != nil && m.Card != parser.CardOneToOne || len(q.Expr) > longestForm || unitsIn(q.tree)["subquery"] {
		return hintRecord
	}
	return hintRecord + "; or if what it multiplies is a gauge, add that up with `sum_over_time((" + format(withoutRates(q.tree)) +
		")[{{.window}}:5m])`, with its period in place of 5m, and write the other query in the same form"
}

// withoutRates returns an expression with the counters themselves in place of
// their rates and increases.
func withoutRates(e parser.Expr) parser.Expr {
	return rewrite(e, func(e parser.Expr) parser.Expr {
		n, ok := e.(*parser.Call)
		if !ok || n.Func.Name != "rate" && n.Func.Name != "increase" {
			return e
		}
		if matrix, ok := argument(n).(*parser.MatrixSelector); ok {
			return matrix.VectorSelector
		}
		return e
	})
}

// longestForm limits a query that a hint writes out, in bytes.
const longestForm = 300

// subquery returns the query as a sum over its evaluations, one a minute, in the
// unit of events in a window, and how the other query counts in that unit. It is
// empty for queries that are too long, or that are a subquery already.
func (q *query) subquery() (form, other string) {
	if len(q.Expr) > longestForm {
		return "", ""
	}
	units := unitsIn(q.tree)
	if len(units) > 1 {
		return "", ""
	}
	text, other := format(q.tree), "in the same form"
	for counted := range units {
		text, other = format(paren(q.tree))+" "+counted, "with increase(…[{{.window}}])"
	}
	return "sum_over_time((" + text + ")[{{.window}}:1m])", other
}

// unitsIn returns the factors by which counts in an expression become counts of
// a minute; several if there is no one factor.
func unitsIn(e parser.Expr) map[string]bool {
	units := map[string]bool{}
	parser.Inspect(e, func(node parser.Node, _ []parser.Node) error {
		switch n := node.(type) {
		case *parser.SubqueryExpr:
			units["subquery"], units["in a subquery"] = true, true
		case *parser.Call:
			matrix, ok := argument(n).(*parser.MatrixSelector)
			if !ok {
				return nil
			}
			switch n.Func.Name {
			case "rate":
				units["* 60"] = true
			case "increase", "sum_over_time", "count_over_time":
				units[fmt.Sprintf("/ %g", matrix.Range.Minutes())] = true
			}
		}
		return nil
	})
	return units
}

func argument(n *parser.Call) parser.Expr {
	if len(n.Args) == 0 {
		return nil
	}
	return unparen(n.Args[0])
}
