package promql

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// corpus are the queries of published SLO definitions, one a line, with line
// breaks written as \n.
func corpus(f testing.TB) (queries []string) {
	file, err := os.Open(filepath.Join("testdata", "queries.txt"))
	if err != nil {
		f.Fatal(err)
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		queries = append(queries, strings.ReplaceAll(lines.Text(), `\n`, "\n"))
	}
	return queries
}

// FuzzCompile compiles any query as each indicator: what is not refused at a
// place in the query makes expressions that parse.
func FuzzCompile(f *testing.F) {
	for _, query := range corpus(f) {
		f.Add(query, query, 0.5)
	}
	for _, form := range slices.Concat(around, aroundRatio) {
		f.Add(fmt.Sprintf(form, "("+sumBad+")"), fmt.Sprintf(form, "("+sumTotal+")"), 0.5)
	}
	for _, query := range onGrid {
		f.Add(query, sumTotal, 0.5)
	}
	for i, row := range ratios {
		ratio := row.ind.(slo.Ratio)
		f.Add(ratio.Total.Expr, row.bad[0], float64(i))
	}
	for _, query := range []string{
		terms(maxTerms), terms(maxTerms + 1), nested(maxDepth), nested(maxDepth + 1), strings.Repeat("(", 1000), strings.Repeat("- ", 1000) + "a",
		strings.Repeat("-", maxDepth) + "a", "a" + strings.Repeat("^-a", 300), "1" + strings.Repeat(">1", 900), "a" + strings.Repeat(" offset 5m", 300),
		"a" + strings.Repeat("[5m:]", 300), "a + on (x,x,x) group_left (x,x,x) a", strings.Repeat("histogram_fraction(0,1,", 90) + "rate(a[5m])" + strings.Repeat(")*histogram_count(rate(a[5m]))", 90),
		"sum_over_time((" + strings.Repeat("avg(a)+", 300) + "a)[5m:])", matching(`x{1000}\pL`), matching("(?i)" + strings.Repeat("[a-z]{9}", 90)), "a{b=`(`}",
	} {
		f.Add(query, "a", 0.5)
		f.Add("a", query, 1.)
	}
	f.Fuzz(func(t *testing.T, one, other string, value float64) {
		q := written(other)
		for _, ind := range []slo.Indicator{
			bad(one, other), gauges(good(one, other)), rawRatio(one), rawRatio("(" + one + ") / (" + other + ")"),
			slo.Threshold{Query: written(one), Op: slo.LTE, Value: value},
			slo.Histogram{Total: written(one), Op: slo.GT, Value: value},
			slo.Histogram{Total: written(one), Native: true, Op: slo.LT, Value: value},
			slo.Histogram{Total: written(one), Good: &q},
			slo.BoolGauge{Query: written(one)},
		} {
			plan, err := Compile(ind)
			if err == nil {
				checkReadable(t, plan)
				continue
			}
			var refused *Error
			if !errors.As(err, &refused) {
				t.Fatalf("%#v is refused without a place: %v", ind, err)
			}
			if refused.Start < 0 || refused.Start > len(refused.Query.Expr) || refused.Error() == "" {
				t.Fatalf("%#v is refused at %d", ind, refused.Start)
			}
		}
	})
}

func checkReadable(t *testing.T, plan *Plan) {
	all := append(expressions(plan), plan.Series()...)
	if bad, total, err := plan.Recording(); err == nil {
		all = append(all, bad, total)
	}
	if plan.Carries("job") {
		if grouped, err := plan.With([]string{"job"}, nil); err == nil {
			all = append(all, expressions(grouped)...)
		}
	}
	for _, expr := range all {
		if _, err := newParser().ParseExpr(expr); err != nil {
			t.Fatalf("%s: %v", expr, err)
		}
	}
}

func TestPublishedQueriesAreCounted(t *testing.T) {
	for _, query := range corpus(t) {
		total, err := Compile(bad(query, query))
		if err != nil {
			t.Errorf("%s: %v", query, err)
			continue
		}
		if len(total.Total) == 0 {
			t.Errorf("%s: counts nothing", query)
		}
	}
}
