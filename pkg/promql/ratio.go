package promql

import (
	"fmt"
	"math"
	"slices"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func compileRatio(r slo.Ratio) (*Plan, error) {
	total, err := countRatio(r.Total, r.Counter)
	if err != nil {
		return nil, err
	}
	switch {
	case (r.Good == nil) == (r.Bad == nil):
		return nil, total.refuseAll("a ratio needs good or bad events besides all events, and not both", "define one of good and bad")
	case r.Bad != nil:
		bad, err := countRatio(*r.Bad, r.Counter)
		if err != nil {
			return nil, err
		}
		return bad.against(total, bad.counted.sum)
	default:
		good, err := countRatio(*r.Good, r.Counter)
		if err != nil {
			return nil, err
		}
		return good.against(total, total.counted.sum.minus(good.counted.sum))
	}
}

// countedQuery is a query that was read as events, and its grouping.
type countedQuery struct {
	counting
	counted events
	by      []string
}

func countRatio(source slo.Query, counter bool) (*countedQuery, error) {
	q, err := parse(source)
	if err != nil {
		return nil, err
	}
	c := counting{query: q, bare: bareCounter}
	if !counter {
		c.bare = func(sel *parser.VectorSelector) Source {
			return Increments{function: "sum_over_time", operand: sel, query: q}.withKey()
		}
	}
	return c.count()
}

// count reads the whole query as events.
func (c counting) count() (*countedQuery, error) {
	e, err := c.events(c.tree)
	if err != nil {
		return nil, err
	}
	by, err := c.grouping(e)
	return &countedQuery{c, e, by}, err
}

// against returns the plan of a query of good or bad events and one of all
// events.
func (q *countedQuery) against(total *countedQuery, bad Sum) (*Plan, error) {
	if !slices.Equal(q.by, total.by) {
		return nil, q.refuseAll(fmt.Sprintf("its events are grouped by %s, and all events by %s", listed(q.by), listed(total.by)),
			"write the same sum by (…) in both queries")
	}
	if !q.counted.unit.agrees(total.counted.unit) {
		return nil, q.refuseAll(fmt.Sprintf("it counts %s, and the query of all events %s", q.counted.unit, total.counted.unit),
			"write both with the same function and range")
	}
	return total.plan(bad, total.counted)
}

// plan returns a plan whose sums are worth counting.
func (c counting) plan(bad Sum, total events) (*Plan, error) {
	if !slices.ContainsFunc(total.sum, func(t Term) bool { return t.Coefficient > 0 }) {
		return nil, c.refuseAll("the query of all events never counts any", "add up counts of events, and subtract none from themselves")
	}
	if len(bad) == 0 {
		return nil, c.refuseAll("good and all events are the same, so that nothing could ever be bad", "choose the good or bad events by label")
	}
	if total.unit.perSecond {
		bad, total.sum = dropFactor(bad, total.sum)
	}
	plan := &Plan{Bad: bad, Total: total.sum}
	return plan.regrouped(total.labels.grouping(), nil)
}

// dropFactor divides both sums by a factor that all terms share. Of rates it
// only changes the unit of time: events are events, per second or per minute.
func dropFactor(bad, total Sum) (Sum, Sum) {
	k := math.Abs(total[0].Coefficient)
	for _, t := range slices.Concat(bad, total) {
		if math.Abs(t.Coefficient) != k {
			return bad, total
		}
	}
	return bad.scaled(1 / k), total.scaled(1 / k)
}

func listed(names []string) string {
	if len(names) == 0 {
		return "no label"
	}
	return truncated(fmt.Sprintf("%q", names), longestFragment)
}
