package catalog

import (
	"strings"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/deftest"
)

func TestChangesOfPromises(t *testing.T) {
	for query, want := range map[string]string{
		`deploys_total{service="checkout"}`:         "",
		`sum by (version) (build_info{job="shop"})`: "",
		`deploys_total[5m]`:                         "where series with one value each are needed",
		`sum(deploys_total`:                         "unclosed left parenthesis",
		`1`:                                         "this is a scalar",
		`rate(deploys_total[{{.window}}])`:          "has no series that change over time",
	} {
		t.Run(query, func(t *testing.T) {
			promise := deftest.Change(t, deftest.Promise, "  dependsOn:", "  changes: '"+query+"'\n  dependsOn:")
			c := read(deftest.Ratio + "---\n" + promise)
			r, err := c.Check(t.Context(), Unlimited)
			if err != nil {
				t.Fatal(err)
			}
			var lines []string
			for _, p := range r.Problems {
				lines = append(lines, p.Error())
			}
			got := strings.Join(lines, "\n")
			if (got == "") != (want == "") || !strings.Contains(got, want) || want != "" && !strings.HasPrefix(got, "inline:56: spec.changes: ") {
				t.Errorf("got %s, want %s", got, want)
			}
			if r.Uncountable > 0 || len(c.Refusals(Selector{})) > 0 {
				t.Error("the SLO is refused")
			}
		})
	}
}
