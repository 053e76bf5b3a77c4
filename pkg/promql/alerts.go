package promql

import (
	"strconv"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Records describes the recorded series of one objective.
type Records struct {
	SLO, Objective string
	// Instance contains the SLO's Identity; empty where it has none.
	Instance string
	// Fingerprint of the plan that is recorded.
	Plan   string
	Method slo.Method
	// Only for the methods of time slices.
	Slices *slo.Slices
	// Share of events that may be bad, 0 to 1.
	Budget float64
	// Longest range that a selector may have; 0 means no limit. Longer lookbacks
	// are added up from parts, where parts can be as short as that.
	MaxRange time.Duration
}

// Burning returns an instant expression for the burn rate over the long window,
// with a value for each group that burns faster than the condition's BurnRate.
func (r Records) Burning(c slo.BurnCondition) string {
	faster := func(lookback time.Duration) parser.Expr {
		return binary(parser.GTR, r.rate(lookback), number(c.BurnRate))
	}
	burning := binary(parser.LAND, faster(c.Long), faster(c.Short))
	if c.MinBadEvents > 0 {
		bad, _ := r.events(c.Long)
		burning = binary(parser.LAND, burning, binary(parser.GTE, bad, number(c.MinBadEvents)))
	}
	return pretty(burning)
}

// Exhausted returns an instant expression for the share of a window's budget that
// is consumed, with a value for each group that has consumed all of it.
func (r Records) Exhausted(window time.Duration) string {
	return pretty(binary(parser.GTE, r.rate(window), number(1)))
}

// Missing returns an instant expression that has a value if nothing was recorded
// in the last d. Bad is only recorded where total is.
func (r Records) Missing(d time.Duration) string {
	return parser.Prettify(call("absent_over_time", over(r.selector(RecordedBad), d, 0)))
}

// rate returns the burn rate over a lookback, where there were events.
func (r Records) rate(lookback time.Duration) parser.Expr {
	bad, total := r.events(lookback)
	ratio := binary(parser.DIV, bad, paren(binary(parser.GTR, total, number(0))))
	return binary(parser.DIV, ratio, number(r.Budget))
}

// events returns the bad and total events of a lookback, or its time slices.
func (r Records) events(lookback time.Duration) (bad, total parser.Expr) {
	if r.Method == slo.Occurrences || r.Slices == nil {
		sum := func(metric string) parser.Expr {
			return r.addUp(lookback, r.MaxRange, func(part, ago time.Duration) parser.Expr {
				return call("sum_over_time", over(delay(r.selector(metric), ago), part, 0))
			})
		}
		return sum(RecordedBad), sum(RecordedTotal)
	}
	length := r.Slices.Length
	whole := (lookback + length - 1).Truncate(length)
	slice := r.slice(lookback)
	each := func(function string) parser.Expr {
		return r.addUp(whole, (r.MaxRange - LongestRange(slice)).Truncate(length), func(part, ago time.Duration) parser.Expr {
			every := &parser.SubqueryExpr{Expr: paren(slice), Range: part, Step: length, OriginalOffset: ago}
			return call(function, every)
		})
	}
	return each("sum_over_time"), each("count_over_time")
}

// partLabel tells the parts of a lookback apart until they are added up.
const partLabel = "promise_part"

// addUp returns what of returns for a lookback, as a sum of parts none of which is
// longer than most. It is one part if there is no limit, or none can be as short.
func (r Records) addUp(lookback, most time.Duration, of func(part, ago time.Duration) parser.Expr) parser.Expr {
	if r.MaxRange == 0 || most <= 0 || lookback <= most {
		return of(lookback, 0)
	}
	var parts []parser.Expr
	for ago := time.Duration(0); ago < lookback; ago += most {
		part := of(min(most, lookback-ago), ago)
		parts = append(parts, call("label_replace", part, quoted(partLabel), quoted(strconv.Itoa(len(parts)+1)), quoted(""), quoted("")))
	}
	return &parser.AggregateExpr{Op: parser.SUM, Expr: either(parts...), Grouping: []string{partLabel}, Without: true}
}

// LongestRange returns the longest time that one of an expression's selectors
// reads, from its first sample to its last.
func LongestRange(e parser.Expr) time.Duration {
	return longest(e, func(parser.Node) time.Duration { return 0 })
}

// Reach returns how far back an expression reads: from the time at which it is
// evaluated to the oldest sample that one of its selectors may see.
func Reach(e parser.Expr) time.Duration { return longest(e, offset) }

// longest returns the longest time that one of an expression's selectors reads, with
// what is added to each range.
func longest(e parser.Expr, more func(parser.Node) time.Duration) (inner time.Duration) {
	for child := range parser.ChildrenIter(e) {
		if expr, ok := child.(parser.Expr); ok {
			inner = max(inner, longest(expr, more))
		}
	}
	switch n := e.(type) {
	case *parser.MatrixSelector:
		return n.Range + more(n)
	case *parser.SubqueryExpr:
		return inner + n.Range + more(n)
	case *parser.VectorSelector:
		return recently + more(n)
	}
	return inner
}

// middle separates a record from the middle of its minute.
const middle = RecordedInterval / 2

// slice returns how bad the time slice was that ends at the time of evaluation, 0
// to 1; it has no value for slices that do not count. Slices align with the
// epoch, as the steps of subqueries do. A minute that is recorded at another
// second than the full minute is part of the slice that has its middle.
func (r Records) slice(lookback time.Duration) parser.Expr {
	length := r.Slices.Length
	sum := func(metric string) parser.Expr {
		return call("sum_over_time", over(delay(r.selector(metric), -middle), length, 0))
	}
	total := sum(RecordedTotal)
	share := binary(parser.DIV, sum(RecordedBad), paren(binary(parser.GTR, total, number(0))))
	good := call("clamp", binary(parser.SUB, number(1), share), number(0), number(1))
	bad := binary(parser.SUB, number(1), good)
	if r.Method == slo.Timeslices {
		bad = binary(complement(r.Slices.Op), good, number(r.Slices.Target))
		bad.ReturnBool = true
	}
	return r.withEmpty(bad, total, lookback)
}

// withEmpty returns bad with the slices added in which nothing happened. A slice without any data is
// bad only for groups that had some within the lookback.
func (r Records) withEmpty(bad, total parser.Expr, lookback time.Duration) parser.Expr {
	switch r.Slices.Empty {
	case slo.EmptyGood:
		return either(bad, binary(parser.MUL, number(0), total))
	case slo.EmptyBad:
		known := call("last_over_time", over(r.selector(RecordedTotal), max(lookback, memory), 0))
		return either(bad, binary(parser.ADD, number(1), binary(parser.MUL, number(0), known)))
	default:
		return bad
	}
}

func (r Records) selector(metric string) *parser.VectorSelector {
	equal := func(name, value string) *labels.Matcher {
		return parser.MustLabelMatcher(labels.MatchEqual, name, value)
	}
	matchers := []*labels.Matcher{
		equal("slo", r.SLO), equal("objective", r.Objective), equal(RecordedPlan, r.Plan),
		equal(model.MetricNameLabel, metric),
	}
	if r.Instance != "" {
		matchers = append(matchers, equal(RecordedInstance, r.Instance))
	}
	return &parser.VectorSelector{Name: metric, LabelMatchers: matchers}
}
