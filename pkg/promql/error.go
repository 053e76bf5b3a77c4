package promql

import (
	"fmt"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/parser/posrange"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Error describes what in a query cannot be rewritten, why, and what to write
// instead.
type Error struct {
	Query slo.Query
	// Bounds of the offending part of Query.Expr, in bytes.
	Start, End int
	Reason     string
	// What to write instead.
	Hint string
	// Queries that the hint may write out.
	forms []func() form
}

// Error returns position, fragment, reason and hint in one line.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: ", e.Position())
	if fragment := e.Fragment(); fragment != "" {
		fmt.Fprintf(&b, "`%s`: ", fragment)
	}
	b.WriteString(e.Reason)
	if e.Hint != "" {
		b.WriteString("; " + e.Hint)
	}
	return b.String()
}

// Position returns where the offending part begins. The column is known only on
// the query's first line, for nobody knows how far the others are indented.
func (e *Error) Position() slo.Position {
	p := e.Query.Source
	before := e.Query.Expr[:e.start()]
	lines := strings.Count(before, "\n")
	switch {
	case lines > 0:
		p.Column = 0
	case p.Column > 0:
		p.Column += len(before)
	}
	if p.Line > 0 {
		p.Line += lines
	}
	return p
}

// longestFragment limits how much of a query an error quotes, in characters.
const longestFragment = 100

// Fragment returns the offending part of the query on one line, shortened if
// long.
func (e *Error) Fragment() string {
	start := e.start()
	end := min(max(start, e.End), len(e.Query.Expr))
	quoted := truncate(e.Query.Expr[start:end], 10*longestFragment)
	fragment := []rune(strings.Join(strings.Fields(quoted), " "))
	if len(fragment) > longestFragment {
		return string(fragment[:longestFragment-1]) + "…"
	}
	return string(fragment)
}

func (e *Error) start() int { return min(max(0, e.Start), len(e.Query.Expr)) }

func (e *Error) position() posrange.PositionRange {
	return posrange.PositionRange{Start: posrange.Pos(e.Start), End: posrange.Pos(e.End)}
}

// text returns a part of the author's query on one line, shortened if long.
func (q *query) text(of parser.Node) string {
	return q.refuse(of, "", "").Fragment()
}

// refuse returns the error about a node of the query's tree.
func (q *query) refuse(at parser.Node, reason, hint string) *Error {
	return q.refuseRange(at.PositionRange(), reason, hint)
}

// refuseAll returns the error about the query as a whole.
func (q *query) refuseAll(reason, hint string) *Error {
	return q.refuse(q.tree, reason, hint)
}

func (q *query) refuseRange(at posrange.PositionRange, reason, hint string) *Error {
	return &Error{Query: q.Query, Start: int(at.Start), End: int(at.End), Reason: reason, Hint: hint}
}
