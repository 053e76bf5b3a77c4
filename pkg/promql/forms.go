package promql

import (
	"errors"
	"strings"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// A form is a query that a hint writes out. It is only shown if it works.
type form struct {
	// What it is written for, the query itself, and what follows for the other one.
	lead, query, rest string
}

func (f form) String() string { return f.lead + " `" + f.query + "`" + f.rest }

// or returns the error with forms that may be written, the best one first.
func (e *Error) or(forms ...func() form) *Error {
	e.forms = append(e.forms, forms...)
	return e
}

// withForm returns an error with the first of its forms that a compiler reads.
func withForm(err error, reads func(slo.Query) error) error {
	refused := (*Error)(nil)
	if !errors.As(err, &refused) {
		return err
	}
	for _, candidate := range refused.forms {
		f := candidate()
		if f.query == "" || len(f.query) > 2*longestForm || reads(slo.Query{Expr: f.query, Source: refused.Query.Source}) != nil {
			continue
		}
		shown := *refused
		shown.Hint, shown.forms = strings.TrimPrefix(shown.Hint+"; "+f.String(), "; "), nil
		return &shown
	}
	return err
}

// longestForm limits a query that a hint writes out, in bytes.
const longestForm = 300

// instead returns the author's query with one of its parts replaced.
func (q *query) instead(lead string, part, by parser.Expr) func() form {
	return func() form {
		return form{lead: lead, query: q.write(replace(q.tree, func(e parser.Expr) (parser.Expr, bool) { return by, e == part }))}
	}
}

// write returns an expression, of parts of the query and others, with the author's
// templates.
func (q *query) write(e parser.Expr) string {
	if len(q.Expr) > longestForm {
		return ""
	}
	text := format(unparen(rewrite(e, func(e parser.Expr) parser.Expr {
		switch n := e.(type) {
		case *parser.AggregateExpr:
			n.Expr = unparen(n.Expr)
		case *parser.Call:
			for i, arg := range n.Args {
				n.Args[i] = unparen(arg)
			}
		case *parser.ParenExpr:
			n.Expr = unparen(n.Expr)
		case *parser.MatrixSelector:
			n.Range = q.rangeOf(n)
		case *parser.SubqueryExpr:
			n.Range = q.rangeOf(n)
		}
		return e
	})))
	text = strings.ReplaceAll(text, formatDuration(ofWindow), windowTemplate)
	for i, t := range q.templates {
		text = strings.ReplaceAll(text, formatDuration(ofTemplate(i)), q.Expr[t.start:t.end])
	}
	return text
}

// windowTemplate stands for the window, as Sloth writes it.
const windowTemplate = "{{.window}}"

// ofWindow and those that follow are ranges that nobody writes, in place of
// templates.
const ofWindow = 987_654_321 * time.Millisecond

func ofTemplate(i int) time.Duration { return ofWindow + time.Duration(i+1)*time.Millisecond }

// rangeOf returns the range of a matrix selector or subquery, or what stands for its
// template.
func (q *query) rangeOf(e parser.Expr) time.Duration {
	length, at := rangeIn(e)
	if i := q.templateIn(at); i >= 0 {
		return ofTemplate(i)
	}
	return length
}

// fixed returns an expression with a range of 5 minutes in place of each template.
func fixed(e parser.Expr) parser.Expr {
	return rewrite(e, func(e parser.Expr) parser.Expr {
		switch n := e.(type) {
		case *parser.MatrixSelector:
			n.EndPos = 0
		case *parser.SubqueryExpr:
			n.EndPos = 0
		}
		return e
	})
}

// everyMinuteOf returns an expression's sum over its evaluations, one a minute.
func everyMinuteOf(function string, e parser.Expr) parser.Expr {
	return call(function, &parser.SubqueryExpr{Expr: &parser.ParenExpr{Expr: fixed(unparen(e))}, Range: ofWindow, Step: minute})
}
