package promql

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/parser/posrange"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// query is an author's query and its syntax tree.
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

// parse reads a query and refuses what no indicator may contain.
func parse(source slo.Query) (*query, error) {
	text, templates, err := substitute(source)
	if err != nil {
		return nil, err
	}
	tree, err := newParser().ParseExpr(text)
	if err != nil {
		return nil, syntaxError(source, err)
	}
	q := &query{Query: source, tree: tree, templates: templates}
	return q, q.check()
}

// syntaxError is the parser's first complaint.
func syntaxError(source slo.Query, err error) error {
	refused := &Error{Query: source, Reason: err.Error(), Mend: "write a valid PromQL expression"}
	if errs := (parser.ParseErrors)(nil); errors.As(err, &errs) && len(errs) > 0 {
		refused.Reason = errs[0].Err.Error()
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
	selectors := 0
	var refused error
	parser.Inspect(q.tree, func(node parser.Node, _ []parser.Node) error {
		if _, ok := node.(*parser.VectorSelector); ok {
			selectors++
		}
		if err := q.checkNode(node); err != nil && refused == nil {
			refused = err
		}
		return nil
	})
	if refused == nil && selectors == 0 {
		return q.refuseAll("this reads no series", "write a selector, such as http_requests_total")
	}
	return refused
}

// checkOffset refuses to look at another time than the window.
func (q *query) checkOffset(node parser.Node) error {
	var offset time.Duration
	switch n := node.(type) {
	case *parser.VectorSelector:
		offset = n.OriginalOffset
	case *parser.SubqueryExpr:
		offset = n.OriginalOffset
	}
	if offset != 0 {
		return q.refuse(node, "an offset counts the events of another time", "leave the offset out")
	}
	return nil
}

// checkOffsets refuses offsets anywhere in the query.
func (q *query) checkOffsets() (refused error) {
	parser.Inspect(q.tree, func(node parser.Node, _ []parser.Node) error {
		if refused == nil && node != nil {
			refused = q.checkOffset(node)
		}
		return nil
	})
	return refused
}

func (q *query) checkNode(node parser.Node) error {
	switch n := node.(type) {
	case *parser.VectorSelector:
		if n.Timestamp != nil || n.StartOrEnd != 0 {
			return q.refuse(n, "@ fixes the time of evaluation, so that the query says the same in every window", "leave @ out")
		}
		if n.OriginalOffsetExpr != nil {
			return q.refuse(n, "the offset is computed", "write a plain duration")
		}
		return q.checkMatchers(n)
	case *parser.MatrixSelector:
		if n.RangeExpr != nil {
			return q.refuse(n, "the range is computed", "write a plain duration such as [5m]")
		}
	case *parser.SubqueryExpr:
		if n.Timestamp != nil || n.StartOrEnd != 0 {
			return q.refuse(n, "@ fixes the time of evaluation, so that the query says the same in every window", "leave @ out")
		}
		if n.RangeExpr != nil || n.StepExpr != nil || n.OriginalOffsetExpr != nil {
			return q.refuse(n, "the range is computed", "write plain durations such as [1h:1m]")
		}
	}
	return nil
}

// variable is a dashboard variable; no text that is left matches it as a
// regular expression, for $ is the end of the text.
var variable = regexp.MustCompile(`\$\{?[A-Za-z_]`)

func (q *query) checkMatchers(sel *parser.VectorSelector) error {
	for _, m := range sel.LabelMatchers {
		regex := m.Type == labels.MatchRegexp || m.Type == labels.MatchNotRegexp
		if strings.Contains(m.Value, "{{") || regex && variable.MatchString(m.Value) {
			return q.refuse(sel, fmt.Sprintf("the matcher %s holds a template that nobody fills in", m),
				"write the label's value, or leave the matcher out and filter the SLO's results")
		}
	}
	return nil
}

// window names the range of a matrix selector or subquery: its template, or
// its duration.
func (q *query) window(of parser.Expr) string {
	var inner parser.Expr
	var length time.Duration
	switch n := of.(type) {
	case *parser.MatrixSelector:
		inner, length = n.VectorSelector, n.Range
	case *parser.SubqueryExpr:
		inner, length = n.Expr, n.Range
	}
	from, to := inner.PositionRange().End, of.PositionRange().End
	if t, ok := q.templateIn(posrange.PositionRange{Start: from, End: to}); ok {
		return t.name
	}
	return formatDuration(length)
}

// windowIn finds a template inside of a node whose value follows the window.
func (q *query) windowIn(node parser.Node) (template, bool) {
	at := node.PositionRange()
	for _, t := range q.templates {
		if t.isWindow() && !t.step && int(at.Start) <= t.start && t.end <= int(at.End) {
			return t, true
		}
	}
	return template{}, false
}

func (q *query) templateIn(at posrange.PositionRange) (template, bool) {
	for _, t := range q.templates {
		if !t.step && int(at.Start) <= t.start && t.end <= int(at.End) {
			return t, true
		}
	}
	return template{}, false
}

// ParseMatchers reads label matchers as PromQL writes them, such as
// {team="payments",tier!="3"}. Empty text and {} are no matchers.
func ParseMatchers(s string) ([]*labels.Matcher, error) {
	text := strings.TrimSpace(s)
	if text == "" || strings.HasPrefix(text, "{") && strings.TrimSpace(strings.Trim(text, "{}")) == "" {
		return nil, nil
	}
	if !strings.HasPrefix(text, "{") {
		return nil, fmt.Errorf(`label matchers %q must stand in braces; write {team="payments"}`, s)
	}
	// A selector needs a metric's name or a matcher that is not empty; label
	// matchers alone need neither.
	tree, err := newParser().ParseExpr("any" + text)
	if err != nil {
		return nil, fmt.Errorf(`label matchers %q cannot be read: %w; write {team="payments"}`, s, err)
	}
	sel, ok := tree.(*parser.VectorSelector)
	if !ok || sel.OriginalOffset != 0 || sel.Timestamp != nil || sel.StartOrEnd != 0 {
		return nil, fmt.Errorf(`%q is more than label matchers; write {team="payments"}`, s)
	}
	return attributes(sel), nil
}
