package plugin

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
)

func TestBadge(t *testing.T) {
	server := promtest.Start(t, weeks)
	const broken = "\n---\napiVersion: openslo/v1\nkind: SLO\nmetadata: {name: broken}\nspec: {}\n"
	open := func(text string) *Datasource {
		instance, err := factory(func() time.Time { return now })(t.Context(), source(t, server.URL, inline(weeklyDefinitions+text)))
		if err != nil {
			t.Fatal(err)
		}
		d := instance.(*Datasource)
		t.Cleanup(d.Dispose)
		return d
	}
	d, faulty := open(""), open(broken)
	for name, tt := range map[string]struct {
		d      *Datasource
		url    string
		status int
		want   string
	}{
		"a budget":           {d, "badge?slos=weekly", 200, "of budget left</title>"},
		"a streak":           {d, "badge?slos=weekly&show=streak", 200, "<title>weekly: kept"},
		"a label":            {d, "badge?slos=weekly&label=%3Cscript%3E", 200, "<title>&lt;script&gt;: "},
		"a broken one":       {faulty, "badge?slos=broken", 200, "<title>0 promises: not known</title>"},
		"beside a broken":    {faulty, "badge?slos=weekly", 200, "of budget left</title>"},
		"no SLO":             {d, "badge", 400, "write /badge?slos=NAME"},
		"no such SLO":        {d, "badge?slos=other", 400, `there is no SLO named \"other\"`},
		"bad matchers":       {d, "badge?slos=%7Bteam", 400, "slos: label matchers"},
		"something unknown":  {d, "badge?slos=weekly&show=all", 400, "write budget or streak"},
		"a very long label":  {d, "badge?slos=weekly&label=" + strings.Repeat("a", 20_000), 400, "textBytes"},
		"many bytes of that": {d, "badge?slos=weekly&label=" + strings.Repeat("a", 2_000_000), 400, "queryBytes"},
	} {
		t.Run(name, func(t *testing.T) {
			answer := call(t, tt.d, http.MethodGet, tt.url, "")
			if answer.Status != tt.status || !strings.Contains(string(answer.Body), tt.want) {
				t.Fatalf("%d: %.500s, want %d: %s", answer.Status, answer.Body, tt.status, tt.want)
			}
			kept := len(answer.Headers["Cache-Control"]) > 0
			if image := strings.HasPrefix(answer.Headers["Content-Type"][0], "image/svg+xml"); image != (tt.status == http.StatusOK) || kept != image {
				t.Errorf("headers %v", answer.Headers)
			}
		})
	}
}
