package promql

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// terms is a sum of n different counters.
func terms(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "+sum(rate(a%d[5m]))", i)
	}
	return b.String()[1:]
}

// nested is a query in n pairs of brackets.
func nested(n int) string { return strings.Repeat("(", n) + "a" + strings.Repeat(")", n) }

func matching(pattern string) string { return "a{b=~`" + pattern + "`}" }

func TestQueriesAreLimited(t *testing.T) {
	names := strings.Repeat("x,", 32) + "x"
	tests := []struct {
		name, query string
		// reason is what the error says, empty if there is none.
		reason string
		at     int
	}{
		{"as long as may be", "a{b=`" + strings.Repeat("x", maxLength-7) + "`}", "", 0},
		{"too long", strings.Repeat("x", maxLength+1), "the query has 65537 bytes, and may have 65536", 0},
		{"as many tokens as may be", "a" + strings.Repeat("+a", (maxTokens-1)/2), "", 0},
		{"too many tokens", "a" + strings.Repeat("+a", maxTokens), "the query has 4001 names, numbers, operators and brackets up to the end, and may have 2000", maxTokens},
		{"tokens in a string and a comment", "a{b=`" + strings.Repeat("+a", maxTokens) + "`} #" + strings.Repeat("(", maxTokens), "", 0},
		{"as deep as may be", nested(maxDepth), "", 0},
		{"too deep", nested(maxDepth + 1), "the query is nested 101 deep, and may be nested 100 deep", maxDepth},
		{"brackets that are never closed", strings.Repeat("(", 500), "the query is nested 500 deep", maxDepth},
		{"as many signs as may be", strings.Repeat("-", maxDepth) + "a", "", 0},
		{"too many signs", strings.Repeat("- ", maxDepth+2) + "a", "the query is nested 102 deep", 2 * maxDepth},
		{"brackets in a string and a comment", "a{b='" + strings.Repeat("(", 500) + "'} #" + strings.Repeat("(", 500), "", 0},
		{"too many names in a list", "a + on (" + names + ") group_left (" + names + ") a", "the list has 33 items, and may have 32", 8 + 2*maxList - 1},
		{"too many quoted names", "sum by (" + strings.Repeat("'x',", 40) + "x) (a)", "the list has 41 items", 8 + 4*maxList - 1},
		{"many matchers", "a{" + strings.Repeat("b!='',", 100) + "}", "", 0},
		{"as large a regular expression as may be", matching("(?:.{100}){9}"), "", 0},
		{"repeats", matching(strings.Repeat("x{1000}", 20)), "at least 20000 characters with repeats and classes written out, and may have 10000", 5},
		{"repeats in several", "a{b=~'x{900}', c!~'" + strings.Repeat("x{900}", 11) + "'}", "at least 10800 characters", 18},
		{"classes of letters", matching(strings.Repeat(`\pL`, 11)), "at least 11033 characters", 5},
		{"classes of letters in any case", matching(`(?i)[^a-\x{1e942}]\PN[a-é]`), "at least 15027 characters", 5},
		{"a repeat in no regular expression", "a{b='" + strings.Repeat("x{1000}", 20) + "'}", "", 0},
		{"as many series as may be", terms(maxTerms), "", 0},
		{"too many series", terms(maxTerms + 1), "this adds up 101 different series, and may add up 100", 0},
		{"many times the same series", terms(1) + strings.Repeat("+ sum(rate(a0[5m]))", 100), "", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Compile(bad(tt.query, totalRate))
			var refused *Error
			switch limited := errors.As(err, &refused) && strings.Contains(refused.Reason, "and may "); {
			case tt.reason == "" && limited:
				t.Fatal(err)
			case tt.reason == "":
			case !limited:
				t.Fatalf("%v, not %q", err, tt.reason)
			case !strings.Contains(refused.Reason, tt.reason) || refused.Start != tt.at || refused.Hint == "":
				t.Errorf("at %d: %v, not at %d: %q", refused.Start, err, tt.at, tt.reason)
			case len(err.Error()) > 1000:
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
		})
	}
}

func TestMatchersAreLimited(t *testing.T) {
	for _, text := range []string{`{a=~"` + strings.Repeat("x{1000}", 20) + `"}`, "{" + strings.Repeat(`a="b",`, 1000) + "}", "{" + strings.Repeat(" ", maxLength) + "}"} {
		if _, err := ParseMatchers(text); err == nil || !strings.Contains(err.Error(), "and may have") || len(err.Error()) > 1000 {
			t.Errorf("%.20s: %v", text, err)
		}
	}
	if err := CheckRegexp(strings.Repeat(`\pL`, 1000)); err == nil || len(err.Error()) > 1000 {
		t.Error(err)
	}
	if err := CheckRegexp(`.*|[a-z]{2,63}|(?i)x|(`); err != nil {
		t.Error(err)
	}
}

func TestRecordingIsLimited(t *testing.T) {
	for n, want := range map[int]string{maxRecorded: "", maxRecorded + 1: "a rule cannot record 31 different series; select at most 30, by a label that they share"} {
		plan, err := Compile(bad(terms(1), terms(n)))
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := plan.Recording(); err == nil != (want == "") || err != nil && err.Error() != want {
			t.Errorf("%d: %v, not %q", n, err, want)
		}
	}
}

// allocated returns how many bytes are allocated by what f does.
func allocated(f func()) uint64 {
	f() // fills what is allocated once
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestWorkGrowsWithTheQuery allocates no more than twice as much for a query of
// twice the length: all that is copied at each level of a tree is seen in it.
func TestWorkGrowsWithTheQuery(t *testing.T) {
	sum := func(one string) func(n int) string {
		return func(n int) string { return strings.Repeat(one+" + ", n) + one }
	}
	tests := []struct {
		name  string
		query func(n int) string
		ind   func(query string) slo.Indicator
	}{
		{"one counter", sum("sum(a)"), func(q string) slo.Indicator { return bad(q, totalRate) }},
		{"selectors", sum("a"), func(q string) slo.Indicator { return good(q, q) }},
		{"guards", sum("(clamp_min(sum(a) > 0 or vector(0), 0) unless sum(a) == 0)"), func(q string) slo.Indicator { return bad(q, totalRate) }},
		{"guards of ratios", sum("(sum(rate(a[5m])) / (sum(rate(b[5m])) > 0) or vector(0))"), func(q string) slo.Indicator { return rawRatio(q) }},
		{"products", func(n int) string { return "rate(a[5m])" + strings.Repeat(" * b", n) }, func(q string) slo.Indicator { return bad(q, totalRate) }},
		{"conditions", func(n int) string { return "rate(a[5m])" + strings.Repeat(" and b", n) }, func(q string) slo.Indicator { return bad(q, totalRate) }},
		{"gauges", sum("a"), func(q string) slo.Indicator { return gauges(bad(q, totalRate)) }},
		{"a long selector", func(n int) string { return "a{" + strings.Repeat(`b!="c",`, n) + "}" }, func(q string) slo.Indicator { return bad(q, totalRate) }},
		{"an estimate", sum("avg(a)"), func(q string) slo.Indicator { return rawRatio(q) }},
		{"a threshold", sum("avg(a)"), func(q string) slo.Indicator { return slo.Threshold{Query: written(q)} }},
		{"a regular expression", func(n int) string { return matching(strings.Repeat("(a?b|c)", n)) }, func(q string) slo.Indicator { return bad(q, totalRate) }},
		{"too many tokens", func(n int) string { return strings.Repeat("-", 20*n) }, func(q string) slo.Indicator { return rawRatio(q) }},
		{"too many brackets", func(n int) string { return strings.Repeat("(", 20*n) }, func(q string) slo.Indicator { return rawRatio(q) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			work := func(n int) uint64 {
				ind := tt.ind(tt.query(n))
				return allocated(func() {
					if plan, err := Compile(ind); err == nil {
						plan.Encoding()
					}
				})
			}
			if half, whole := work(180), work(360); whole > 5*half/2 {
				t.Errorf("%d bytes for twice the query that takes %d", whole, half)
			}
		})
	}
}

func TestCostFollowsTheQuery(t *testing.T) {
	cost := func(q string) int { return Cost(rawRatio(q)) }
	if small, large := cost(totalRate), cost(terms(90)); small > 100 || large < 20*small {
		t.Errorf("%d and %d", small, large)
	}
	if plain, templates := cost(terms(90)), cost(strings.ReplaceAll(terms(90), "5m", "{{.window}}")); templates < plain {
		t.Errorf("%d with templates, and %d without", templates, plain)
	}
	if repeats := cost(matching("x{1000}")); repeats < 1000 {
		t.Errorf("a repeat costs %d", repeats)
	}
	if refused := cost(terms(10_000)); refused > maxLength {
		t.Errorf("a query that is not read costs %d", refused)
	}
	if one, two := cost("a"), Cost(good("a", "a")); two != 2*one {
		t.Errorf("two queries cost %d, and one %d", two, one)
	}
}

// The longest chains of an operator are read at once. If each operator looked at all
// before it, and each of these again, some would take minutes.
func TestLongChains(t *testing.T) {
	long := func(op, part string) string {
		part = op + part
		return "sum(rate(x[5m]))" + strings.Repeat(part, (maxTokens-100)/measure(part).tokens)
	}
	for _, op := range []string{" + ", " - ", " * ", " / ", " ^ ", " or ", " and ", " unless ", " > ", " > bool "} {
		for _, part := range []string{"x", "1", "sum(rate(x[5m]))", "(x > bool 0)", "vector(0)", "0 * x", "sgn(x)", "(x / x)"} {
			query := long(op, part)
			for _, ind := range []slo.Indicator{bad(query, `sum(rate(r[5m]))`), failureRatio(query), failureRatio(`sum(rate(x[5m])) / sum(rate(r[5m]))` + op + "(" + query + ")")} {
				if _, err := Compile(ind); err != nil && strings.Contains(err.Error(), "and may have") {
					t.Errorf("too long to be read: %v", err)
				}
			}
		}
	}
}
