package promql

import (
	"slices"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func TestPreview(t *testing.T) {
	tests := []struct {
		name       string
		plan       func() (*Plan, error)
		bad, total string
	}{
		{"Sloth", func() (*Plan, error) { return Compile(bad(errorRate, totalRate)) },
			`sum(increase(http_requests_total{code=~"5.."}[4w]))`, `sum(increase(http_requests_total[4w]))`},
		{"grouped, weighted", func() (*Plan, error) {
			return Compile(good(`sum by (a) (increase(g[5m])) * 2`, `sum by (a) (increase(t[5m]))`))
		},
			`sum by (a) (increase(t[4w])) - 2 * sum by (a) (increase(g[4w]))`, `sum by (a) (increase(t[4w]))`},
		{"native", func() (*Plan, error) { return Compile(rawRatio(`histogram_fraction(0, 1, sum(rate(h[5m])))`)) },
			`histogram_count(sum(increase(h[4w]))) - histogram_fraction(0, 1, sum(increase(h[4w]))) * histogram_count(sum(increase(h[4w])))`,
			`histogram_count(sum(increase(h[4w])))`},
		{"evaluated", func() (*Plan, error) { return Compile(rawRatio(`slo:ratio`)) },
			`sum(count_over_time((slo:ratio < +Inf)[4w:1m])) - sum(sum_over_time((slo:ratio < +Inf)[4w:1m]))`,
			`sum(count_over_time((slo:ratio < +Inf)[4w:1m]))`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			plan, err := tt.plan()
			if err != nil {
				t.Fatal(err)
			}
			if bad, total := plan.Preview(28 * 24 * time.Hour); bad != tt.bad || total != tt.total {
				t.Errorf("preview\n%s and\n%s, not\n%s and\n%s", bad, total, tt.bad, tt.total)
			}
		})
	}
}

func TestSamples(t *testing.T) {
	plan, err := Compile(rawRatio(`histogram_fraction(0, 1, rate(h{a="b"}[5m]))`))
	if err != nil {
		t.Fatal(err)
	}
	fraction, count := plan.Bad[1].Source.(Counter), plan.Total[0].Source.(Counter)
	if got, want := count.Samples(10*time.Minute), `histogram_count(h{a="b"})[10m:15s]`; got != want {
		t.Errorf("%s, not %s", got, want)
	}
	if got, want := fraction.Samples(10*time.Minute), `(round(histogram_fraction(0, 1, h{a="b"}) * histogram_count(h{a="b"}), 0.001) >= 0 or histogram_count(h{a="b"}))[10m:15s]`; got != want {
		t.Errorf("%s, not %s", got, want)
	}
	plan, err = Compile(bad(errorRate, totalRate))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := plan.Bad[0].Source.(Counter).Samples(90*time.Second), `http_requests_total{code=~"5.."}[1m30s]`; got != want {
		t.Errorf("%s, not %s", got, want)
	}
}

func TestPresence(t *testing.T) {
	plan, err := Compile(bad(errorRate, totalRate))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := plan.Bad[0].Source.(Counter).Presence(), `count(http_requests_total{code=~"5.."})`; got != want {
		t.Errorf("%s, not %s", got, want)
	}
	plan, err = Compile(slo.BoolGauge{Query: slo.Query{Expr: "up"}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := plan.Total[0].Source.(Increments).Presence(), "count(up)"; got != want {
		t.Errorf("%s, not %s", got, want)
	}
}

func TestWithin(t *testing.T) {
	plan, err := Compile(bad(`sum(rate(x{job="a",code=~"5.."}[5m]))`, `sum(rate(x{job="a"}[5m]))`))
	if err != nil {
		t.Fatal(err)
	}
	bad, total := plan.Bad[0].Source.(Counter), plan.Total[0].Source.(Counter)
	matchers, ok := bad.Within(total)
	if !ok || len(matchers) != 1 || matchers[0].String() != `code=~"5.."` {
		t.Errorf("bad is within total by %v, %v", matchers, ok)
	}
	if matchers, ok := total.Within(bad); ok {
		t.Errorf("total is within bad by %v", matchers)
	}
}

func TestWithRefuses(t *testing.T) {
	tests := []struct {
		name     string
		query    string
		total    string
		by       []string
		matchers string
		want     string
	}{
		{"a label that is aggregated away", `sum_over_time(max by (job) (x)[5m:])`, `sum by (job) (increase(t[5m]))`, []string{"pod"}, ``,
			"slo.yml:10: `sum_over_time(max by (job) (x)[5m:])`: its results do not carry the label pod, so events cannot be grouped by it; keep the label in the query's aggregation: by (pod)"},
		{"le as group", `increase(x[5m])`, `increase(t[5m])`, []string{"le"}, ``, "events cannot be grouped or filtered by le, on which the queries of the SLO depend; use another label"},
		{"le as filter", `increase(x[5m])`, `increase(t[5m])`, nil, `{le="1"}`, "events cannot be grouped or filtered by le, on which the queries of the SLO depend; use another label"},
		{"name as filter", `increase(x[5m])`, `increase(t[5m])`, nil, `{__name__="y"}`, "events cannot be grouped or filtered by __name__, on which the queries of the SLO depend; use another label"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			plan, err := Compile(bad(tt.query, tt.total))
			if err != nil {
				t.Fatal(err)
			}
			matchers, err := ParseMatchers(tt.matchers)
			if err != nil {
				t.Fatal(err)
			}
			if with, err := plan.With(tt.by, matchers); err == nil || err.Error() != tt.want {
				t.Errorf("refused with\n%v, not\n%s (plan %v)", err, tt.want, with)
			}
		})
	}
}

func TestParseMatchers(t *testing.T) {
	tests := []struct {
		text string
		want []string
		err  string
	}{
		{``, nil, ``},
		{` { } `, nil, ``},
		{`{team="payments"}`, []string{`team="payments"`}, ``},
		{`{team=""}`, []string{`team=""`}, ``},
		{`{a!="1", b=~"x|y", "c.d"!~"z"}`, []string{`a!="1"`, `b=~"x|y"`, `"c.d"!~"z"`}, ``},
		{`team="payments"`, nil, `label matchers "team=\"payments\"" must stand in braces; write {team="payments"}`},
		{`{a="b"} offset 5m`, nil, `label matchers "{a=\"b\"} offset 5m" cannot be read: 1:9: parse error: unexpected <offset>; write {team="payments"}`},
		{`{a="b"} + x`, nil, `label matchers "{a=\"b\"} + x" cannot be read: 1:9: parse error: unexpected <op:+>; write {team="payments"}`},
		{`{a="b"`, nil, `label matchers "{a=\"b\"" cannot be read: 1:7: parse error: unexpected end of input inside braces; write {team="payments"}`},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			matchers, err := ParseMatchers(tt.text)
			if message := ""; err != nil || tt.err != "" {
				if err != nil {
					message = err.Error()
				}
				if message != tt.err {
					t.Errorf("error %q, not %q", message, tt.err)
				}
			}
			var got []string
			for _, m := range matchers {
				got = append(got, m.String())
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("matchers %q, not %q", got, tt.want)
			}
		})
	}
}
