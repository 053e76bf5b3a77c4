package promql

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/parser/posrange"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// A query pairs an author's query with its syntax tree.
type query struct {
	slo.Query
	tree      parser.Expr
	templates []template
}

func newParser() parser.Parser {
	return parser.NewParser(parser.Options{
		EnableExperimentalFunctions: true,
		EnableBinopFillModifiers:    true,
	})
}

// parse returns the tree of a query, and refuses what no indicator may contain.
func parse(source slo.Query) (*query, error) {
	if err := (size{bytes: len(source.Expr)}).check(source); err != nil {
		return nil, err
	}
	text, templates, err := substitute(source)
	if err != nil {
		return nil, err
	}
	if err := measure(text).check(source); err != nil {
		return nil, err
	}
	tree, err := newParser().ParseExpr(text)
	if err != nil {
		return nil, syntaxError(source, err)
	}
	if tree.Type() == parser.ValueTypeScalar && len(selectorsIn(tree)) > 0 {
		tree = &parser.Call{Func: parser.Functions["vector"], Args: parser.Expressions{tree}, PosRange: tree.PositionRange()}
	}
	q := &query{Query: source, tree: tree, templates: templates}
	return q, q.check()
}

// syntaxHint returns what to write for what people take for PromQL.
func syntaxHint(err error) string {
	switch text := err.Error(); {
	case strings.Contains(text, "ranges only allowed for vector selectors"):
		return "write a subquery, such as sum_over_time((x == bool 0)[{{.window}}:1m]) of count_over_time(x[{{.window}}:1m])"
	case strings.Contains(text, "offset modifier must be preceded"):
		return "write the offset behind the range, such as rate(x[5m] offset 1h)"
	case strings.Contains(text, "wrong number of arguments for aggregate expression"):
		return "leave it out if it keeps a ratio above 0 or below 1, which needs no guard; clamp_min and clamp_max compare with a number"
	case strings.Contains(text, "expected type range vector"):
		return "write a range behind the selector, such as [{{.window}}], which MetricsQL adds and PromQL does not"
	case strings.Contains(text, `identifier "default"`):
		return "write or vector(0) in place of default 0, which is MetricsQL"
	case strings.Contains(text, `identifier "if`):
		return "write and on () in place of if, and unless on () in place of ifnot, which are MetricsQL"
	case strings.Contains(text, `identifier "keep_metric_names"`):
		return "leave it out, for it is MetricsQL"
	}
	return "write a valid PromQL expression"
}

// syntaxError returns the parser's first complaint.
func syntaxError(source slo.Query, err error) error {
	refused := &Error{Query: source, Reason: err.Error(), Hint: syntaxHint(err)}
	if errs := (parser.ParseErrors)(nil); errors.As(err, &errs) && len(errs) > 0 {
		refused.Reason = truncate(errs[0].Err.Error(), 3*longestFragment)
		refused.Start = int(errs[0].PositionRange.Start)
		refused.End = int(errs[0].PositionRange.End)
	}
	return refused
}

// check refuses what depends on how a query is evaluated rather than on when.
func (q *query) check() error {
	if t := q.tree.Type(); t != parser.ValueTypeVector {
		return q.refuseAll(fmt.Sprintf("this is a %s, where series with one value each are needed",
			parser.DocumentedType(t)), "write a selector, or a function or an aggregation over one")
	}
	if err := q.checkAll(q.checkNode); err != nil {
		return err
	}
	if len(selectorsIn(q.tree)) == 0 {
		return q.refuseAll("this reads no series", "write a selector, such as http_requests_total")
	}
	return nil
}

// checkNode refuses one node; selectors with a range are checked with it.
func (q *query) checkNode(node parser.Node) error {
	if hasOwnTime(node) {
		return q.refuse(node, "@ fixes the time of evaluation, so that the query says the same in every window", "leave @ out")
	}
	if hasArithmetic(node) {
		return q.refuse(node, "a range or offset is computed", "write plain durations such as [5m]")
	}
	switch n := node.(type) {
	case *parser.VectorSelector:
		return q.checkMatchers(n)
	case *parser.BinaryExpr:
		return q.checkDefault(n)
	}
	return nil
}

// checkDefault refuses a default that stands on the wrong side of "or".
func (q *query) checkDefault(n *parser.BinaryExpr) error {
	if alwaysWins(n) {
		return q.refuse(n, "what is on the left of or always wins, so the right side never counts", "swap the sides").or(q.swapped(n))
	}
	return nil
}

// hasOwnTime reports whether a node is evaluated at a time of its own.
func hasOwnTime(node parser.Node) bool {
	switch n := node.(type) {
	case *parser.VectorSelector:
		return n.Timestamp != nil || n.StartOrEnd != 0
	case *parser.MatrixSelector:
		return hasOwnTime(n.VectorSelector)
	case *parser.SubqueryExpr:
		return n.Timestamp != nil || n.StartOrEnd != 0
	}
	return false
}

// hasArithmetic reports whether a duration of a node is arithmetic.
func hasArithmetic(node parser.Node) bool {
	switch n := node.(type) {
	case *parser.VectorSelector:
		return n.OriginalOffsetExpr != nil
	case *parser.MatrixSelector:
		return n.RangeExpr != nil || hasArithmetic(n.VectorSelector)
	case *parser.SubqueryExpr:
		return n.RangeExpr != nil || n.StepExpr != nil || n.OriginalOffsetExpr != nil
	}
	return false
}

func offset(node parser.Node) time.Duration {
	switch n := node.(type) {
	case *parser.VectorSelector:
		return n.OriginalOffset
	case *parser.MatrixSelector:
		return offset(n.VectorSelector)
	case *parser.SubqueryExpr:
		return n.OriginalOffset
	}
	return 0
}

// checkOffset refuses to look at another time than the window.
func (q *query) checkOffset(node parser.Node) error {
	if offset(node) != 0 {
		return q.refuse(node, "an offset counts the events of another time", "leave the offset out")
	}
	return nil
}

// checkAll returns what check complains about first in the query.
func (q *query) checkAll(check func(parser.Node) error) (refused error) {
	parser.Inspect(q.tree, func(node parser.Node, _ []parser.Node) error {
		if refused == nil && node != nil {
			refused = check(node)
		}
		return refused
	})
	return refused
}

// variable matches dashboard variables. No text that a label has matches one as a
// regular expression, for $ is the end of the text.
var variable = regexp.MustCompile(`\$\{?[A-Za-z_]`)

func (q *query) checkMatchers(sel *parser.VectorSelector) error {
	for _, m := range sel.LabelMatchers {
		regex := m.Type == labels.MatchRegexp || m.Type == labels.MatchNotRegexp
		if strings.Contains(m.Value, "{{") || regex && variable.MatchString(m.Value) {
			return q.refuse(sel, fmt.Sprintf("the matcher %s holds a template that is never filled in", truncate(m.String(), longestFragment)),
				"write the label's value, or leave the matcher out and filter the SLO's results")
		}
	}
	return nil
}

// window returns the name of the range of a matrix selector or subquery: its
// template, or its duration.
func (q *query) window(of parser.Expr) string {
	length, at := rangeIn(of)
	if i := q.templateIn(at); i >= 0 {
		return q.templates[i].name
	}
	return formatDuration(length)
}

// rangeIn returns the range of a matrix selector or subquery, and where it is
// written.
func rangeIn(e parser.Expr) (length time.Duration, at posrange.PositionRange) {
	at = e.PositionRange()
	switch n := e.(type) {
	case *parser.MatrixSelector:
		length, at.Start = n.Range, n.VectorSelector.PositionRange().End
	case *parser.SubqueryExpr:
		length, at.Start = n.Range, n.Expr.PositionRange().End
	}
	return length, at
}

// windowIn returns a template inside of a node whose value follows the window.
func (q *query) windowIn(node parser.Node) (template, bool) {
	at := node.PositionRange()
	for _, t := range q.templates {
		if t.isWindow() && t.isRangeIn(at) {
			return t, true
		}
	}
	return template{}, false
}

// templateIn returns the index of the template that is a range in a part of the
// query, or -1.
func (q *query) templateIn(at posrange.PositionRange) int {
	return slices.IndexFunc(q.templates, func(t template) bool { return t.isRangeIn(at) })
}
