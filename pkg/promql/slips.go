package promql

import (
	"strings"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Slip returns what is probably wrong with an indicator that can be counted, and
// what to write instead; nil if nothing is. The plan is the indicator's.
func (p *Plan) Slip(ind slo.Indicator) *Error {
	if wrapped, ok := ind.(interface{ Unwrap() slo.Indicator }); ok {
		ind = wrapped.Unwrap()
	}
	switch ind := ind.(type) {
	case slo.Ratio:
		if ind.Bad != nil {
			return p.slip(*ind.Bad, "the bad events", "write "+onOneLine(ind.Total)+" - "+onOneLine(*ind.Bad))
		}
		return p.slip(*ind.Good, "what is left as bad events", "write the bucket of the bound as the good events")
	case slo.RawRatio:
		if ind.Failure {
			return p.slip(ind.Query, "the bad events", "write 1 - "+onOneLine(ind.Query))
		}
		return p.slip(ind.Query, "what is left as bad events", "write the bucket of the bound as the good events")
	}
	return nil
}

// onOneLine returns a query as an operand.
func onOneLine(q slo.Query) string { return "(" + strings.Join(strings.Fields(q.Expr), " ") + ")" }

// slip returns the slip in a plan. The query is that of the bad or good events.
func (p *Plan) slip(q slo.Query, bad, inverse string) *Error {
	found := func(reason, hint string) *Error {
		return &Error{Query: q, End: len(q.Expr), Reason: reason, Hint: hint}
	}
	switch histogram := p.histogramOfTotal(); {
	case len(p.Bad.minus(p.Total)) == 0:
		return found(bad+" and all events are the same, so that every event is bad", "choose the bad events by label")
	case histogram == "":
		return nil
	case p.Bad.isOnly(func(t Term) bool { return t.Coefficient > 0 && t.isBound(histogram) }):
		return found(bad+" are those within the bound, the fast ones", inverse)
	case len(p.Bad) == 2 && p.Bad.isOnly(func(t Term) bool {
		return t.Coefficient > 0 && t.isBound(histogram) || t.Coefficient < 0 && t.histogramOfAll() == histogram
	}):
		return found(bad+" are never more than 0: they are a bucket less all events", "swap the two: subtract the bucket of the bound from all events")
	}
	return nil
}

// isOnly reports whether all terms are as a condition asks, and there are any.
func (s Sum) isOnly(is func(Term) bool) bool {
	for _, t := range s {
		if !is(t) {
			return false
		}
	}
	return len(s) > 0
}

// histogramOfTotal returns the name of the classic histogram all of whose
// observations are the total; empty if there is none.
func (p *Plan) histogramOfTotal() string {
	if len(p.Total) == 0 {
		return ""
	}
	name := p.Total[0].histogramOfAll()
	if !p.Total.isOnly(func(t Term) bool { return t.Coefficient > 0 && t.histogramOfAll() == name }) {
		return ""
	}
	return name
}

// histogramOfAll returns the name of the classic histogram all of whose
// observations a term counts; empty if it counts anything else.
func (t Term) histogramOfAll() string {
	sel := t.selector()
	if sel == nil {
		return ""
	}
	if name, ok := strings.CutSuffix(metric(sel), countSuffix); ok {
		return name
	}
	bounds := boundsOf(sel)
	if name, ok := strings.CutSuffix(metric(sel), bucketSuffix); ok && len(bounds) > 0 && bounds[0].Matches(infinity) {
		return name
	}
	return ""
}

// isBound reports whether a term counts the observations within a bound of a
// classic histogram.
func (t Term) isBound(histogram string) bool {
	sel := t.selector()
	if sel == nil || metric(sel) != histogram+bucketSuffix {
		return false
	}
	bounds := boundsOf(sel)
	return len(bounds) > 0 && !bounds[0].Matches(infinity)
}

// selector returns that of a counter; nil if the term is none.
func (t Term) selector() *parser.VectorSelector {
	if c, ok := t.Source.(Counter); ok {
		return c.selector
	}
	return nil
}
