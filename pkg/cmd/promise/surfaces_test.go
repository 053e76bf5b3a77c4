package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/deftest"
	"github.com/promise-slo/promise-slo-datasource/pkg/plugin"
)

// shops adds an SLO that is refused to those of deftest.Promised, and one whose
// query cannot be counted.
const shops = deftest.Promised + `- {name: absent, objective: 99, alerting: {}, sli: {events: {error_query: 'absent(a[{{.window}}])', total_query: 'sum(rate(bank_total[{{.window}}]))'}}}
- {name: refused, objective: 100, alerting: {}, sli: {events: {error_query: 'sum(rate(bank_total{code="500"}[{{.window}}]))', total_query: 'sum(rate(bank_total[{{.window}}]))'}}}
`

// dataSource returns the plugin with definitions and a server that is down.
func dataSource(t *testing.T, definitions string) *plugin.Datasource {
	t.Helper()
	settings, err := json.Marshal(map[string]any{"definitions": map[string]string{"inline": definitions}})
	if err != nil {
		t.Fatal(err)
	}
	instance, err := plugin.Factory()(t.Context(), backend.DataSourceInstanceSettings{URL: "http://127.0.0.1:1", JSONData: settings})
	if err != nil {
		t.Fatal(err)
	}
	d := instance.(*plugin.Datasource)
	t.Cleanup(d.Dispose)
	return d
}

// TestPluginAndCommandSelectTheSame asks the plugin and the command line for the same SLOs.
func TestPluginAndCommandSelectTheSame(t *testing.T) {
	file := filepath.Join(t.TempDir(), "shops.yaml")
	if err := os.WriteFile(file, []byte(shops), 0o600); err != nil {
		t.Fatal(err)
	}
	d := dataSource(t, shops)
	for _, test := range []struct{ selector, objective, neededBy, want string }{
		{"", "", "", "bank-absent/99 bank-answers/99 bank-refused/ checkout/lax checkout/strict"},
		{"checkout", "", "", "checkout/lax checkout/strict"},
		{"checkout", "strict", "", "checkout/strict"},
		{`{slo=~"bank.*"}`, "", "", "bank-absent/99 bank-answers/99 bank-refused/"},
		{`{name="checkout"}`, "", "", "checkout/lax checkout/strict"},
		{`{objective="lax",slo!="bank-refused"}`, "", "", "checkout/lax"},
		{`{tier="1",slo!~".*refused"}`, "", "", "checkout/lax checkout/strict"},
		{`{service="bank",team!="payments"}`, "", "", "bank-absent/99 bank-answers/99 bank-refused/"},
		{`{neededBy="payments"}`, "", "", "bank-absent/99 bank-answers/99 bank-refused/"},
		{`bank-answers`, "", "payments", "bank-answers/99"},
		{`{slo!="bank-refused"}`, "", "payments", "bank-absent/99 bank-answers/99"},
		{`{slo!="bank-refused"}`, "", "finance", ""},
		{`{slo!="bank-refused",team="nobody"}`, "", "", ""},
		{"nothing", "", "", ""},
		{"checkout", "99", "", ""},
		{"{team=", "", "", ""},
	} {
		t.Run(fmt.Sprint(test.selector, test.objective, test.neededBy), func(t *testing.T) {
			byPlugin, said := selectedByPlugin(t, d, test.selector, test.objective, test.neededBy)
			byCommand, printed := selectedByCommand(t, file, test.selector, test.objective, test.neededBy)
			if byPlugin != test.want || byCommand != test.want {
				t.Errorf("the plugin selects %q, the command line %q, want %q", byPlugin, byCommand, test.want)
			}
			said, printed = strings.TrimPrefix(said, "slos: "), strings.TrimPrefix(printed, "--selector: ")
			if !strings.EqualFold(strings.ReplaceAll(said, "inline:", file+":"), printed) {
				t.Errorf("the plugin says  %q\nthe command says %q", said, printed)
			}
		})
	}
}

// selectedByPlugin returns SLO/objective of each row, and why there is none.
func selectedByPlugin(t *testing.T, d *plugin.Datasource, selector, objective, neededBy string) (rows, none string) {
	t.Helper()
	query := map[string]any{"queryType": "slos", "slos": selector, "objective": objective}
	if neededBy != "" {
		query["filters"] = []map[string]string{{"key": "neededBy", "operator": "=", "value": neededBy}}
	}
	text, err := json.Marshal(query)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	answer, err := d.QueryData(t.Context(), &backend.QueryDataRequest{Queries: []backend.DataQuery{
		{RefID: "A", JSON: text, TimeRange: backend.TimeRange{From: now.Add(-time.Hour), To: now}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	r := answer.Responses["A"]
	if r.Error != nil {
		return "", r.Error.Error()
	}
	var all []string
	f := r.Frames[0]
	for i := range f.Rows() {
		all = append(all, fmt.Sprintf("%s/%s", cell(f, "slo", i), cell(f, "objective", i)))
	}
	if all == nil {
		return "", f.Meta.Notices[0].Text
	}
	slices.Sort(all)
	return strings.Join(all, " "), ""
}

func cell(f *data.Frame, field string, row int) any {
	found, _ := f.FieldByName(field)
	value, _ := found.ConcreteAt(row)
	return value
}

// selectedByCommand returns the same from status.
func selectedByCommand(t *testing.T, file, selector, objective, neededBy string) (rows, none string) {
	t.Helper()
	got := call(t.Context(), t, nil, "status", "--prometheus=http://127.0.0.1:1", "--format=json",
		"--definitions="+file, "--selector="+selector, "--objective="+objective, "--needed-by="+neededBy)
	if got.code == exitUsage {
		text := strings.TrimPrefix(strings.TrimSpace(got.stderr), "promise: ")
		return "", strings.TrimSuffix(text, "; see promise status --help")
	}
	var all []string
	for _, r := range answers(t, got) {
		all = append(all, r.SLO+"/"+r.Objective)
	}
	slices.Sort(all)
	return strings.Join(all, " "), ""
}

// TestPluginAndCommandFindTheSameProblems checks the same definitions by both.
func TestPluginAndCommandFindTheSameProblems(t *testing.T) {
	file := filepath.Join(t.TempDir(), "shops.yaml")
	if err := os.WriteFile(file, []byte(shops), 0o600); err != nil {
		t.Fatal(err)
	}
	type problem struct {
		Severity, Field, Message, Hint, SLO string
		Line, Column                        int
	}
	var byCommand []problem
	if err := json.Unmarshal([]byte(call(t.Context(), t, nil, "validate", "--format=json", file).stdout), &byCommand); err != nil {
		t.Fatal(err)
	}
	var answer bytes.Buffer
	err := dataSource(t, "").CallResource(t.Context(), &backend.CallResourceRequest{Method: "POST", Path: "validate", URL: "validate", Body: []byte(shops)},
		backend.CallResourceResponseSenderFunc(func(part *backend.CallResourceResponse) error {
			answer.Write(part.Body)
			return nil
		}))
	if err != nil {
		t.Fatal(err)
	}
	var byPlugin struct{ Problems []problem }
	if err := json.Unmarshal(answer.Bytes(), &byPlugin); err != nil {
		t.Fatal(err)
	}
	if len(byCommand) < 2 || !slices.Equal(byCommand, byPlugin.Problems) {
		t.Errorf("the command line finds\n%+v\nthe plugin\n%+v", byCommand, byPlugin.Problems)
	}
}
