package plugin

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
)

// check validates a text as POST /validate does.
func check(ctx context.Context, text string) (verdict, error) {
	d := &Datasource{limits: defaultLimits(), validationSlots: make(chan struct{}, 1)}
	answer, err := d.validate(httptest.NewRequestWithContext(ctx, "POST", "/validate", strings.NewReader(text)))
	if err != nil {
		return verdict{}, err
	}
	return answer.(verdict), nil
}

// withQuery returns definitions with a query in single quotes.
func withQuery(query string) string {
	return strings.Replace(definitions, `sum(requests_total{job="shop",code="500"})`, strings.ReplaceAll(query, "'", "''"), 1)
}

// shopsOf returns definitions of n SLOs with the same query.
func shopsOf(n int, query string) string {
	var b strings.Builder
	b.WriteString("version: prometheus/v1\nservice: shop\nslos:\n")
	for i := range n {
		fmt.Fprintf(&b, "- {name: s%d, objective: 99, alerting: {}, sli: {events: {error_query: '%s', total_query: 'sum(rate(r[{{.window}}]))'}}}\n", i, query)
	}
	return b.String()
}

// manyTerms has about as many tokens as a query may have.
var manyTerms = "sum(rate(a[{{.window}}]))" + strings.Repeat("+sum(rate(a[{{.window}}]))", 150)

func sumOf(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "+a%d", i)
	}
	return b.String()[1:]
}

// aliases returns n documents, each of which is small and has many values.
func aliases(n int) string {
	text := "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c <= 'g'; c++ {
		text += fmt.Sprintf("%c: &%c [%s]\n", c, c, strings.Repeat(fmt.Sprintf("*%c,", c-1), 9))
	}
	return strings.Repeat(text+"---\n", n)
}

// attacks contains texts of about n bytes that are expensive without limits.
var attacks = []struct {
	name string
	text func(n int) string
	// want is what one of the problems of 1 MB says.
	want string
}{
	{"terms", func(n int) string { return withQuery(sumOf(n / 6)) }, "bytes, and may have 65536; "},
	{"brackets", func(n int) string { return withQuery(strings.Repeat("(", n)) }, "bytes, and may have 65536; "},
	{"signs", func(n int) string { return withQuery(strings.Repeat("-", n) + "a") }, "bytes, and may have 65536; "},
	{"a regular expression", func(n int) string { return withQuery("a{b=~'" + strings.Repeat("x{1000}", n/7) + "'}") }, "write it in several lines"},
	{"one query", func(n int) string { return withQuery("a{b='" + strings.Repeat("x", n) + "'}") }, "bytes, and may have 65536; "},
	{"aliases", func(n int) string { return aliases(n / 300) }, "the rest of it is not read"},
	{"brackets of YAML", func(n int) string { return strings.Repeat("[", n) }, "write it in several lines"},
	{"levels of YAML", func(n int) string { return strings.Repeat("- ", n/2) }, "too deeply nested"},
	{"values of YAML", func(n int) string { return "a: [" + strings.Repeat("a,", n/2) + "a]" }, "the document is too large"},
	{"placeholders", func(n int) string { return strings.Repeat("- ={a='${ <% [[ @@ %( {% {{\n", n/29) }, "the document is a list"},
	{"documents", func(n int) string { return strings.Repeat("{a: b}\n---\n", n/11) }, "there are more than 10000 documents"},
	{"SLOs with many terms", func(n int) string { return shopsOf(n/3600, manyTerms) }, "not checked"},
	{"SLOs with regular expressions", func(n int) string { return shopsOf(n/170, "sum(rate(a{b=~`(?i)x{900}`}[{{.window}}]))") }, "not checked"},
	{"SLOs", func(n int) string { return shopsOf(n/170, `sum(rate(e{code=~"5.."}[{{.window}}]))`) }, ""},
}

func TestValidateExpensiveTexts(t *testing.T) {
	for _, tt := range attacks {
		t.Run(tt.name, func(t *testing.T) {
			found, err := check(t.Context(), tt.text(1_000_000))
			if err != nil {
				t.Fatal(err)
			}
			told := 0
			for _, p := range found.Problems {
				if tt.want != "" && strings.Contains(p.Text, tt.want) && p.Hint != "" && len(p.Text) < 1000 {
					told++
				}
			}
			if tt.want == "" && len(found.Problems) > 0 || tt.want != "" && told == 0 {
				t.Errorf("%d problems, none of which says %q: %.1000v", len(found.Problems), tt.want, found.Problems)
			}
		})
	}
}

// TestValidateExpensiveQueries checks queries of a permitted length.
func TestValidateExpensiveQueries(t *testing.T) {
	for query, want := range map[string]string{
		sumOf(900):                     "this adds up 101 different series, and may add up 100",
		sumOf(10_000):                  "the query has 19999 names, numbers, operators and brackets",
		strings.Repeat("(", 60_000):    "operators and brackets up to the end, and may have 2000",
		strings.Repeat("(", 1000):      "the query is nested 1000 deep, and may be nested 100 deep",
		strings.Repeat("-", 500) + "a": "the query is nested 500 deep",
		"a{b=~'" + strings.Repeat("x{1000}", 1000) + "'}": "at least 1000000 characters with repeats and classes written out",
	} {
		found, err := check(t.Context(), withQuery(query))
		if err != nil || len(found.Problems) != 1 {
			t.Errorf("%.20s: %v, %d problems", query, err, len(found.Problems))
			continue
		}
		if p := found.Problems[0]; !strings.Contains(p.Message, want) || p.Line != 12 || p.SLO != "availability" || p.Hint == "" || len(p.Text) > 1000 {
			t.Errorf("%.20s: %s, not %s", query, p.Text, want)
		}
	}
}

func TestValidateStopsWithContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := check(ctx, definitions); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
}

func TestValidateChecksUpToLimit(t *testing.T) {
	found, err := check(t.Context(), shopsOf(300, manyTerms))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(found.SLOs); n < 10 || n == 300 {
		t.Errorf("%d SLOs are checked", n)
	}
	if last := found.Problems[len(found.Problems)-1]; last.SLO != fmt.Sprintf("shop-s%d", len(found.SLOs)) || last.Severity != "warning" {
		t.Errorf("%s, after %d SLOs", last.Text, len(found.SLOs))
	}
}

// BenchmarkValidate shows that time and memory grow with the text, and no more:
// what they are per byte falls or stays as texts grow.
func BenchmarkValidate(b *testing.B) {
	for _, attack := range attacks {
		for _, size := range []int{1 << 10, 1 << 15, 1 << 20, 1<<22 - 1<<12} {
			b.Run(fmt.Sprintf("%s/%d", attack.name, size), func(b *testing.B) {
				text := attack.text(size)
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				for b.Loop() {
					// A text over the limit of a file is refused.
					_, _ = check(b.Context(), text)
				}
				runtime.ReadMemStats(&after)
				bytes := float64(b.N) * float64(len(text))
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/bytes, "ns/byte")
				b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/bytes, "B/byte")
			})
		}
	}
}
