package upstream

import (
	"time"

	"github.com/prometheus/prometheus/promql/parser"
)

// lookback is how far servers look back for the sample of an instant selector by
// default.
const lookback = 5 * time.Minute

// lookbackOf returns how far before its time an expression reads: the longest range
// of its selectors, with those of the subqueries around them. Mimir counts it in
// the length of a query. Offsets move what is read and do not lengthen it. The
// result is 0 for what Prometheus' parser does not know, such as MetricsQL.
func lookbackOf(expr string) time.Duration {
	parsed, err := parser.NewParser(parser.Options{}).ParseExpr(expr)
	if err != nil {
		return 0
	}
	longest := time.Duration(0)
	parser.Inspect(parsed, func(node parser.Node, path []parser.Node) error {
		own := time.Duration(0)
		switch n := node.(type) {
		case *parser.MatrixSelector:
			own = n.Range
		case *parser.VectorSelector:
			if _, ranged := last(path).(*parser.MatrixSelector); !ranged {
				own = lookback
			}
		default:
			return nil
		}
		longest = max(longest, own+subqueryRange(path))
		return nil
	})
	return longest
}

func subqueryRange(path []parser.Node) (total time.Duration) {
	for _, node := range path {
		if s, is := node.(*parser.SubqueryExpr); is {
			total += s.Range
		}
	}
	return total
}

func last(path []parser.Node) parser.Node {
	if len(path) == 0 {
		return nil
	}
	return path[len(path)-1]
}
