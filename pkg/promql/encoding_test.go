package promql

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

var update = flag.Bool("update", false, "write testdata/encodings.txt anew")

// encodedPlans are plans of every kind, by name.
func encodedPlans(t *testing.T) map[string]*Plan {
	plans := map[string]*Plan{}
	compile := func(name string, ind slo.Indicator) {
		plan, err := Compile(ind)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		plans[name] = plan
	}
	for _, row := range slices.Concat(ratios, others) {
		compile(row.name, row.ind)
	}
	compile("estimate", rawRatio(`avg_over_time(slo:ratio[{{.window}}])`))
	compile("syntax of every kind", bad(`sum(sum_over_time((-topk(3, label_replace(rate(x{b!="1",a!~"2"}[5m] offset 1h), "c", "$1", "d", "(.*)")) ^ 2.5 >= bool 0)[{{.window}}:30s]))`,
		`sum(count_over_time((max without (p) (x) * on (b, a) group_left (d, c) quantile by (b, a) (0.5, avg_over_time(y[10m:])) unless ignoring (e) z)[{{.window}}:1m]))`))
	for i, query := range onGrid {
		compile(fmt.Sprintf("every minute %d", i), bad(query, sumTotal))
	}
	compile("labels made", bad(`sum by (a) (label_replace(sum_over_time(x[{{.window}}]), "a", "$1", "b", "(.*)"))`, `sum by (a) (label_join(count_over_time(y[{{.window}}]), "a", "-", "b", "c"))`))
	grouped, err := plans["Sloth"].With([]string{"pod", "handler"}, []*labels.Matcher{parser.MustLabelMatcher(labels.MatchNotEqual, "team", "payments")})
	if err != nil {
		t.Fatal(err)
	}
	plans["grouped and narrowed"] = grouped
	return plans
}

// Records of years are found by fingerprints: no plan's may change. Whoever must
// change the encoding raises its version.
func TestEncodingIsPinned(t *testing.T) {
	plans := encodedPlans(t)
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(plans)) {
		fmt.Fprintf(&b, "# %s\n# %s\n%s\n", name, plans[name].Fingerprint(), plans[name].Encoding())
	}
	file := filepath.Join("testdata", "encodings.txt")
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Split(b.String(), "\n\n")
	for i, pinned := range strings.Split(string(want), "\n\n") {
		if i >= len(got) || got[i] != pinned {
			t.Fatalf("pinned as\n%s\n\nand now\n%s", pinned, strings.Join(got[min(i, len(got)):min(i+1, len(got))], ""))
		}
	}
	if b.String() != string(want) {
		t.Error("there are plans that are not pinned; run go test -update")
	}
}

func TestFingerprint(t *testing.T) {
	plan, err := Compile(bad(errorRate, totalRate))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := plan.Fingerprint(), "faf7f8597c152dec"; got != want {
		t.Errorf("%s, not %s", got, want)
	}
}

// Plans that write, group, weigh or read anything differently are different.
func TestEncodingTellsPlansApart(t *testing.T) {
	selectors := []string{`x`, `y`, `x{a="1"}`, `x{a!="1"}`, `x{a=~"1"}`, `x{a="1",b="1"}`, `x{a="1) (b"}`, `x{a="1\" = \"b"}`}
	forms := []string{"increase(%s[5m])", "2 * increase(%s[5m])", "sum_over_time(%s[5m])", "count_over_time(%s[5m])", "sum_over_time((%s)[5m:1m])",
		"sum_over_time((%s)[5m:30s])", "sum_over_time((%s offset 5m)[5m:1m])", "sum_over_time((-%s)[5m:1m])", "sum_over_time(rate(%s[5m])[5m:1m])",
		"sum_over_time(rate(%s[10m])[5m:1m])", "sum_over_time((%s > 0)[5m:1m])", "sum_over_time((%s > bool 0)[5m:1m])", "sum_over_time((0 > %s)[5m:1m])",
		"sum_over_time((%s + on (a) y)[5m:1m])", "sum_over_time((%s + ignoring (a) y)[5m:1m])", "sum_over_time((%s + on (a) group_left (b) y)[5m:1m])",
		"sum_over_time((%s + on (a) group_right (b) y)[5m:1m])", "sum_over_time(sum by (a) (%s)[5m:1m])", "sum_over_time(sum without (a) (%s)[5m:1m])",
		"sum_over_time(topk(2, %s)[5m:1m])", "histogram_count(increase(%s[5m]))",
		"histogram_fraction(0, 1, increase(%[1]s[5m])) * histogram_count(increase(%[1]s[5m]))"}
	known := map[string]string{}
	enter := func(name string, plan *Plan) {
		if other, have := known[plan.Encoding()]; have {
			t.Errorf("%s is encoded as %s", name, other)
		}
		known[plan.Encoding()] = name
	}
	for _, selector := range selectors {
		for _, form := range forms {
			query := fmt.Sprintf(form, selector)
			plan, err := Compile(bad("sum("+query+")", `sum(increase(t[5m]))`))
			if err != nil {
				t.Fatal(err)
			}
			enter(query, plan)
			if !plan.Carries("a") {
				continue
			}
			if plan, err = plan.With([]string{"a"}, nil); err != nil {
				t.Fatal(err)
			}
			enter(query+" by a", plan)
		}
	}
	swapped, err := Compile(bad(`sum(increase(t[5m]))`, `sum(increase(x[5m]))`))
	if err != nil {
		t.Fatal(err)
	}
	enter("swapped", swapped)
}

// respell writes a query's matchers, labels, summands and blanks in another way.
func respell(e parser.Expr, r *rand.Rand) parser.Expr {
	shuffle := func(names []string) {
		r.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	}
	parser.Inspect(e, func(node parser.Node, _ []parser.Node) error {
		switch n := node.(type) {
		case *parser.VectorSelector:
			r.Shuffle(len(n.LabelMatchers), func(i, j int) {
				n.LabelMatchers[i], n.LabelMatchers[j] = n.LabelMatchers[j], n.LabelMatchers[i]
			})
		case *parser.AggregateExpr:
			shuffle(n.Grouping)
		case *parser.BinaryExpr:
			if n.Op == parser.ADD && r.IntN(2) == 0 {
				n.LHS, n.RHS = n.RHS, n.LHS
			}
			if n.VectorMatching != nil {
				shuffle(n.VectorMatching.MatchingLabels)
				shuffle(n.VectorMatching.Include)
			}
		}
		return nil
	})
	return e
}

func TestEncodingIgnoresSpelling(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		by := groupings.Draw(t, "by")
		query := linear(3, by).Draw(t, "query")
		total := "sum" + by + " (increase(t[{{.window}}]))"
		plan, err := Compile(bad(query, total))
		if err != nil {
			t.Skip(err)
		}
		tree, err := newParser().ParseExpr(strings.ReplaceAll(query, "{{.window}}", "5m"))
		if err != nil {
			t.Fatal(err)
		}
		text := respell(tree, rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))).String()
		for _, other := range []string{text, parser.Prettify(tree), strings.ReplaceAll(text, "(", " (  ")} {
			again, err := Compile(bad(strings.ReplaceAll(other, "[5m", "[{{.window}}"), total))
			if err != nil {
				t.Fatal(err)
			}
			if got, want := again.Encoding(), plan.Encoding(); got != want {
				t.Fatalf("%s is\n%s, and %s\n%s", query, want, other, got)
			}
		}
	})
}
