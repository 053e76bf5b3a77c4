package promql

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func compileRatio(r slo.Ratio) (*Plan, error) {
	total, err := countRatio(r.Total, r.Counter, nil)
	if err != nil {
		return nil, err
	}
	switch {
	case (r.Good == nil) == (r.Bad == nil):
		return nil, total.refuseAll("a ratio needs good or bad events besides all events, and not both", "define one of good and bad")
	case r.Bad != nil:
		bad, err := countRatio(*r.Bad, r.Counter, &total.counted)
		if err != nil {
			return nil, err
		}
		return bad.against(total, bad.counted.sum)
	default:
		good, err := countRatio(*r.Good, r.Counter, &total.counted)
		if err != nil {
			return nil, err
		}
		return good.against(total, total.counted.sum.minus(good.counted.sum))
	}
}

// A countQuery was read as events, and has a grouping.
type countQuery struct {
	compiler
	counted events
	by      []string
}

// countRatio reads a query as events that are a part of a whole, if that is known.
func countRatio(source slo.Query, counter bool, whole *events) (*countQuery, error) {
	q, err := parse(source)
	c := newCompiler(q, bareCounter)
	c.whole = whole
	if !counter {
		c.bare = func(sel *parser.VectorSelector) Source {
			return Increments{function: "sum_over_time", operand: sel, query: q}.withKey()
		}
	}
	if err != nil {
		return nil, withForm(err, c.reads)
	}
	counted, err := c.count()
	return counted, withForm(err, c.reads)
}

// reads returns why a query cannot be read as this one is.
func (c compiler) reads(source slo.Query) error {
	q, err := parse(source)
	if err != nil {
		return err
	}
	again := newCompiler(q, c.bare)
	if c.bare == nil {
		_, err = again.ratio()
	} else {
		_, err = again.count()
	}
	return err
}

// count returns the whole query, read as events.
func (c compiler) count() (*countQuery, error) {
	e, err := c.read(c.tree)
	if err != nil {
		return nil, err
	}
	if e, err = c.relabel(e); err != nil {
		return nil, err
	}
	by, err := c.grouping(e)
	return &countQuery{c, e, by}, err
}

// against returns the plan of a query of good or bad events and one of all
// events.
func (q *countQuery) against(total *countQuery, bad Sum) (*Plan, error) {
	if !slices.Equal(q.by, total.by) {
		return nil, q.refuseGrouping(total)
	}
	if q.counted.unit.mean != total.counted.unit.mean {
		return nil, q.refuseAverage(total)
	}
	if !q.counted.unit.agrees(total.counted.unit) {
		return nil, q.refuseAll(fmt.Sprintf("this query counts %s, but the query for all events counts %s", q.counted.unit, total.counted.unit),
			"write both with the same function, range and offset")
	}
	return total.plan(bad, total.counted)
}

// refuseGrouping refuses whichever of the query and that of all events has more
// groups.
func (q *countQuery) refuseGrouping(total *countQuery) error {
	refused := q.refuseAll(fmt.Sprintf("this query is grouped by %s, and the query for all events by %s", list(q.by), list(total.by)),
		"write the same sum by (…) in both queries")
	if q.counted.labels.only(total.by).equal(labelSet{names: total.by}) {
		refused = refused.or(q.instead("as in", q.tree, sumAgain(total.by, q.tree)))
	}
	return withForm(refused, q.reads)
}

// refuseAverage refuses whichever of the query and that of all events is an average.
func (q *countQuery) refuseAverage(total *countQuery) error {
	average, other := q, "the query for all events"
	if q.counted.unit.mean == "" {
		average, other = total, "the query for good or bad events"
	}
	refused := average.refuseAll("this query and "+other+" must both be averages of the same series, or neither", hintSum)
	return withForm(refused.or(average.averageForms(average.counted.unit)...), average.reads)
}

// plan returns a plan whose sums are worth counting.
func (c compiler) plan(bad Sum, total events) (*Plan, error) {
	if !total.positive() {
		return nil, c.refuseAll("the query for all events never counts any", "add up counts of events, and do not subtract them from themselves")
	}
	if len(bad) == 0 {
		return nil, c.refuseAll("good and all events are the same, so nothing could ever be bad", "choose the good or bad events by label")
	}
	if total.unit.perSecond {
		bad, total.sum = dropFactor(bad, total.sum)
	}
	plan := &Plan{Bad: bad, Total: total.sum}
	if because := plan.onGrid(); because != nil {
		plan.Caution = c.caution(because)
		plan.Estimate = "Events are counted minute by minute, as a part of the query is only known at single moments: " + because.Fragment() + "."
	}
	return plan.regroup(total.labels.grouping(), nil)
}

// caution returns what is said of a plan, with a query to write instead.
func (c compiler) caution(because *Error) *Error {
	refused := (*Error)(nil)
	errors.As(withForm(because, c.reads), &refused)
	return refused
}

// EveryMinute reports whether some of the plan is evaluated every minute, and counts
// what was there a minute before.
func (p *Plan) EveryMinute() bool { return p.onGrid() != nil }

// onGrid returns why some of the plan is evaluated every minute, nil if none is.
func (p *Plan) onGrid() *Error {
	for _, t := range slices.Concat(p.Total, p.Bad) {
		if i, ok := t.Source.(Increments); ok && i.because != nil {
			return i.because
		}
	}
	return nil
}

// dropFactor returns both sums without a factor that all terms share. Of rates it
// only changes the unit of time: events are events, per second or per minute.
func dropFactor(bad, total Sum) (Sum, Sum) {
	k := math.Abs(total[0].Coefficient)
	for _, t := range slices.Concat(bad, total) {
		if math.Abs(t.Coefficient) != k {
			return bad, total
		}
	}
	return bad.scale(1 / k), total.scale(1 / k)
}

func list(names []string) string {
	if len(names) == 0 {
		return "no label"
	}
	return truncate(fmt.Sprintf("%q", names), longestFragment)
}
