package promql

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// selector draws selectors of few names, so that they often have to do with
// each other.
var selector = rapid.Custom(func(t *rapid.T) string {
	name := rapid.SampledFrom([]string{"a_total", "b_total", "h_count"}).Draw(t, "metric")
	matchers := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{`code="500"`, `code=~"5.."`, `code!="200"`, `job="x"`, `pod!~"y|z"`}), 0, 3, rapid.ID).Draw(t, "matchers")
	return name + "{" + strings.Join(matchers, ",") + "}"
})

// linear draws forms that count events, all grouped alike.
func linear(depth int, by string) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		forms := []string{"sum%s (increase(%s[{{.window}}]))", "sum%s (sum_over_time(%s[{{.window}}]))", "sum%s (count_over_time((%s > 1)[{{.window}}:30s]))"}
		if depth == 0 || rapid.Bool().Draw(t, "leaf") {
			return fmt.Sprintf(rapid.SampledFrom(forms).Draw(t, "form"), by, selector.Draw(t, "selector"))
		}
		inner := func() string { return linear(depth-1, by).Draw(t, "inner") }
		switch rapid.IntRange(0, 5).Draw(t, "shape") {
		case 0:
			return inner() + " + " + inner()
		case 1:
			return fmt.Sprintf("(%s) * %d", inner(), rapid.IntRange(1, 9).Draw(t, "factor"))
		case 2:
			return fmt.Sprintf("(%s) / %d", inner(), rapid.IntRange(1, 9).Draw(t, "divisor"))
		case 3:
			return "(" + inner() + " or vector(0))"
		case 4:
			return "((" + inner() + ") > 0)"
		default:
			return "sum" + by + " (" + inner() + ")"
		}
	})
}

var groupings = rapid.SampledFrom([]string{"", " by (job)", " by (pod, job)"})

var indicators = rapid.Custom(func(t *rapid.T) slo.Indicator {
	by := groupings.Draw(t, "by")
	q := func(label string) slo.Query { return written(linear(2, by).Draw(t, label)) }
	op := slo.Op(rapid.IntRange(0, 3).Draw(t, "op"))
	value := rapid.Float64Range(-1e9, 1e9).Draw(t, "value")
	switch rapid.IntRange(0, 5).Draw(t, "kind") {
	case 0:
		bad := q("bad")
		return slo.Ratio{Bad: &bad, Total: q("total"), Counter: true}
	case 1:
		good := q("good")
		return slo.Ratio{Good: &good, Total: q("total")}
	case 2:
		return slo.RawRatio{Query: written("(" + q("num").Expr + ") / (" + q("den").Expr + ")"), Failure: rapid.Bool().Draw(t, "failure")}
	case 3:
		return slo.Threshold{Query: q("value"), Op: op, Value: value}
	case 4:
		return slo.Histogram{Total: written(selector.Draw(t, "histogram")), Native: true, Op: op, Value: value}
	default:
		return slo.BoolGauge{Query: written(selector.Draw(t, "gauge"))}
	}
})

// plans draws plans; indicators of which nothing could ever be bad have none.
var plans = rapid.Custom(func(t *rapid.T) *Plan {
	ind := indicators.Draw(t, "indicator")
	plan, err := Compile(ind)
	if err != nil && !strings.Contains(err.Error(), "nothing could ever be bad") {
		t.Fatalf("%#v: %v", ind, err)
	}
	if err != nil {
		t.Skip(err)
	}
	return plan
})

func TestRewritingParsesAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkParses(t, plans.Draw(t, "plan"))
	})
}

// expressions are all that a plan asks a server.
func expressions(p *Plan) (all []string) {
	for _, term := range slices.Concat(p.Bad, p.Total) {
		all = append(all, term.Source.Increase(time.Hour, nil), term.Source.Increase(time.Hour, []string{"a"}))
		switch source := term.Source.(type) {
		case Counter:
			all = append(all, source.Curve(), source.Samples(time.Hour), source.Presence())
		case Increments:
			all = append(all, source.Over(5*time.Minute), source.Over(30*24*time.Hour), source.Presence())
		}
	}
	bad, total := p.Preview(28 * 24 * time.Hour)
	return append(all, bad, total)
}

func checkParses(t rapid.TB, p *Plan) {
	for _, expr := range expressions(p) {
		tree, err := newParser().ParseExpr(expr)
		if err != nil {
			t.Fatalf("%s: %v", expr, err)
		}
		if tree.String() != expr {
			t.Fatalf("%s is read as %s", expr, tree)
		}
	}
}

func TestWithReachesEverySelector(t *testing.T) {
	added := []*labels.Matcher{
		parser.MustLabelMatcher(labels.MatchEqual, "team", "payments"),
		parser.MustLabelMatcher(labels.MatchRegexp, "job", "x|y"),
	}
	rapid.Check(t, func(t *rapid.T) {
		p := plans.Draw(t, "plan")
		before := expressions(p)
		narrowed, err := p.With(p.GroupBy, added)
		if err != nil {
			t.Fatal(err)
		}
		if after := expressions(p); !slices.Equal(before, after) {
			t.Fatalf("With changed the plan itself from %q to %q", before, after)
		}
		if !slices.Equal(narrowed.GroupBy, p.GroupBy) {
			t.Fatalf("grouped by %q, not %q", narrowed.GroupBy, p.GroupBy)
		}
		for _, expr := range expressions(narrowed) {
			tree, err := newParser().ParseExpr(expr)
			if err != nil {
				t.Fatal(err)
			}
			for _, sel := range selectorsIn(tree) {
				for _, m := range added {
					if !slices.ContainsFunc(sel.LabelMatchers, sameMatcher(m)) {
						t.Fatalf("%s in %s lacks %s", sel, expr, m)
					}
				}
			}
		}
		again, err := narrowed.With(p.GroupBy, added)
		if err != nil || !slices.Equal(expressions(again), expressions(narrowed)) {
			t.Fatalf("matchers are added twice: %q (%v)", expressions(again), err)
		}
	})
}

func TestWithRegroups(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := plans.Draw(t, "plan")
		by := rapid.SliceOfN(rapid.SampledFrom([]string{"job", "pod"}), 0, 4).Draw(t, "by")
		regrouped, err := p.With(by, nil)
		if err != nil && strings.Contains(err.Error(), "so events cannot be grouped by it") {
			// Evaluated aggregations carry no more labels than they keep.
			t.Skip(err)
		}
		if err != nil {
			t.Fatalf("%#v by %q: %v", p, by, err)
		}
		if !slices.Equal(regrouped.GroupBy, slices.Compact(slices.Sorted(slices.Values(by)))) {
			t.Fatalf("grouped by %q, not %q", regrouped.GroupBy, by)
		}
		for _, term := range slices.Concat(regrouped.Bad, regrouped.Total) {
			if i, ok := term.Source.(Increments); ok && !slices.Equal(i.by, regrouped.GroupBy) {
				t.Fatalf("%s is not grouped by %q", i.Over(time.Hour), regrouped.GroupBy)
			}
		}
	})
}

// series draws label sets that selectors may or may not select.
var series = rapid.Custom(func(t *rapid.T) labels.Labels {
	return labels.FromStrings(
		model.MetricNameLabel, rapid.SampledFrom([]string{"a_total", "b_total", "h_count"}).Draw(t, "metric"),
		"code", rapid.SampledFrom([]string{"", "200", "404", "500", "503"}).Draw(t, "code"),
		"job", rapid.SampledFrom([]string{"", "x", "y"}).Draw(t, "job"),
		"pod", rapid.SampledFrom([]string{"", "y", "z"}).Draw(t, "pod"),
	)
})

func selects(matchers []*labels.Matcher, series labels.Labels) bool {
	for _, m := range matchers {
		if !m.Matches(series.Get(m.Name)) {
			return false
		}
	}
	return true
}

func counterOf(t *rapid.T, label string) Counter {
	tree, err := newParser().ParseExpr(selector.Draw(t, label))
	if err != nil {
		t.Fatal(err)
	}
	return newCounter(tree.(*parser.VectorSelector), reading{of: sampleKind(rapid.IntRange(0, 1).Draw(t, "reading"))})
}

func TestWithinSelectsTheSameSeries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, o := counterOf(t, "inner"), counterOf(t, "outer")
		matchers, ok := c.Within(o)
		if !ok {
			return
		}
		if c.reading != o.reading {
			t.Fatalf("%s is not read as %s is", c.Curve(), o.Curve())
		}
		s := series.Draw(t, "series")
		both := selects(o.selector.LabelMatchers, s) && selects(matchers, s)
		if both != selects(c.selector.LabelMatchers, s) {
			t.Fatalf("%s is not %s with %v: it differs in %s", c.Curve(), o.Curve(), matchers, s)
		}
	})
}

func TestScaling(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		expr := linear(2, "").Draw(t, "query")
		k := float64(rapid.IntRange(2, 50).Draw(t, "factor"))
		count := func(expr string) Sum {
			q, err := parse(written(expr))
			if err != nil {
				t.Fatal(err)
			}
			e, err := newCompiler(q, nil).read(q.tree)
			if err != nil {
				t.Fatal(err)
			}
			return e.sum
		}
		plain, scaled := count(expr), count(fmt.Sprintf("-%g * (%s)", k, expr))
		if len(plain) != len(scaled) {
			t.Fatalf("%q has not the terms of %q", lines(scaled), lines(plain))
		}
		for i := range plain {
			if scaled[i].Coefficient != -k*plain[i].Coefficient || scaled[i].Source.key() != plain[i].Source.key() {
				t.Fatalf("%q is not -%g times %q", lines(scaled), k, lines(plain))
			}
		}
	})
}
