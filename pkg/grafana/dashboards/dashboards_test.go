package dashboards

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"github.com/promise-slo/promise-slo-datasource/pkg/api"
)

// builtForTest returns a dashboard with its JSON.
func builtForTest(t *testing.T, d Dashboard) (dashboard.Dashboard, string) {
	t.Helper()
	built, err := d.Build("some-uid")
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(built)
	if err != nil {
		t.Fatal(err)
	}
	return built, string(text)
}

func TestPanels(t *testing.T) {
	for _, d := range All() {
		t.Run(d.Name, func(t *testing.T) {
			built, _ := builtForTest(t, d)
			seen := map[uint32]bool{}
			for _, p := range built.Panels {
				if p.RowPanel != nil {
					seen[p.RowPanel.Id] = true
					continue
				}
				if seen[*p.Panel.Id] {
					t.Errorf("two panels have the id %d", *p.Panel.Id)
				}
				seen[*p.Panel.Id] = true
				checkPanel(t, *p.Panel)
			}
		})
	}
}

func checkPanel(t *testing.T, p dashboard.Panel) {
	t.Helper()
	if !strings.HasSuffix(*p.Description, ".") {
		t.Errorf("panel %q does not say what it shows: %q", *p.Title, *p.Description)
	}
	if len(p.Targets) > 0 && p.FieldConfig.Defaults.NoValue == nil {
		t.Errorf("panel %q says nothing where there is nothing to show", *p.Title)
	}
	for _, q := range p.Targets {
		if asked := q.(target); asked.QueryType == "" || *asked.DataSource.Uid != "some-uid" {
			t.Errorf("panel %q asks %+v", *p.Title, asked)
		}
	}
}

func TestLinksKeepTheTime(t *testing.T) {
	links := regexp.MustCompile(`"/d/promise-[^"]*\?[^"]*"`)
	for _, d := range All() {
		_, text := builtForTest(t, d)
		for _, l := range links.FindAllString(strings.ReplaceAll(text, `\u0026`, "&"), -1) {
			if !strings.Contains(l, "${__url_time_range}") && !strings.Contains(l, "&from=") {
				t.Errorf("%s: %s loses the time range", d.Name, l)
			}
		}
	}
}

func TestImportsAskForTheDataSource(t *testing.T) {
	for _, d := range All() {
		importable, err := d.Importable()
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(importable)
		if err != nil || !strings.Contains(string(text), `"__inputs":[{"name":"DS_PROMISE"`) || !strings.Contains(string(text), `"uid":"${DS_PROMISE}"`) {
			t.Errorf("%s does not ask for a data source: %v", d.Name, err)
		}
		if _, text := builtForTest(t, d); strings.Contains(text, "DS_PROMISE") {
			t.Errorf("%s is built over a data source, and asks for one", d.Name)
		}
	}
}

// Promises and Incidents can be shared as public dashboards, which have no variables.
func TestPublicPagesHaveNoVariables(t *testing.T) {
	for _, d := range All() {
		built, _ := builtForTest(t, d)
		public := d.UID == overviewUID || d.UID == incidentsUID
		if got := len(built.Templating.List); public != (got == 0) {
			t.Errorf("%s has %d variables", d.Name, got)
		}
	}
}

// TestColumns holds the columns of tables against the titles that frames give them.
func TestColumns(t *testing.T) {
	s := source("some-uid")
	windows, promise, targets := titles(t, s.windowTable()), titles(t, s.promiseTable()), titles(t, s.targetTable())
	incident, status := titles(t, s.incidentTable("", "", "", incidentColumns())), titles(t, s.statusTable("", "", "", "-"))
	status = slices.DeleteFunc(status, func(title string) bool { return title == "Trend #B" || title == barColumn }) // made by transformations
	for queryType, columns := range map[api.QueryType][]string{api.Targets: targets, api.Windows: windows, api.SLOs: promise, api.Incidents: incident, api.Status: status} {
		golden, err := os.ReadFile("../../frame/testdata/" + string(queryType) + ".jsonc")
		if err != nil {
			t.Fatal(err)
		}
		for _, title := range columns {
			if !strings.Contains(string(golden), `"displayNameFromDS": "`+title+`"`) {
				t.Errorf("%s has no column %q", queryType, title)
			}
		}
	}
}

// titles returns the columns that a table includes.
func titles(t *testing.T, panel interface {
	Build() (dashboard.Panel, error)
}) []string {
	t.Helper()
	built, err := panel.Build()
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, transformation := range built.Transformations {
		if transformation.Id == "organize" {
			for title := range transformation.Options.(object)["includeByName"].(map[string]bool) {
				all = append(all, title)
			}
		}
	}
	return all
}
