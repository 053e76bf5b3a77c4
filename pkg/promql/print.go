package promql

import (
	"strings"

	"github.com/prometheus/prometheus/promql/parser"
)

// format returns an expression as its String does, in one pass: String copies the
// text of each operand into that of its operator, which takes time that grows
// with the square of a long sum.
func format(e parser.Expr) string {
	var p printer
	p.print(e)
	return p.String()
}

type printer struct{ strings.Builder }

func (p *printer) print(e parser.Expr) {
	switch n := e.(type) {
	case *parser.ParenExpr:
		p.wrap("(", n.Expr, ")")
	case *parser.UnaryExpr:
		p.wrap(n.Op.String(), n.Expr, "")
	case *parser.SubqueryExpr:
		p.wrap("", n.Expr, n.ShortString())
	case *parser.BinaryExpr:
		p.wrap("", n.LHS, " "+n.ShortString()+" ")
		p.print(n.RHS)
	case *parser.AggregateExpr:
		p.aggregate(n)
	case *parser.Call:
		p.WriteString(n.ShortString() + "(")
		for i, arg := range n.Args {
			if i > 0 {
				p.WriteString(", ")
			}
			p.print(arg)
		}
		p.WriteString(")")
	default:
		p.WriteString(e.String())
	}
}

func (p *printer) wrap(before string, e parser.Expr, after string) {
	p.WriteString(before)
	p.print(e)
	p.WriteString(after)
}

func (p *printer) aggregate(n *parser.AggregateExpr) {
	p.WriteString(n.ShortString() + "(")
	if n.Param != nil {
		p.wrap("", n.Param, ", ")
	}
	p.wrap("", n.Expr, ")")
}

// The limits of what is printed over several lines. Prettify prints each part
// once for every level above it, and once more to see how long it is.
const (
	prettyDepth = 60
	prettyBytes = 64 << 10
)

// pretty returns an expression for people to read.
func pretty(e parser.Expr) string {
	if plain := format(e); depth(e) > prettyDepth || len(plain) > prettyBytes {
		return plain
	}
	return parser.Prettify(e)
}

// depth returns the number of levels of a tree.
func depth(e parser.Node) int {
	below := 0
	for child := range parser.ChildrenIter(e) {
		below = max(below, depth(child))
	}
	return below + 1
}
