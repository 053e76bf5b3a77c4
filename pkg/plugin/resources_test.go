package plugin

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

func TestResources(t *testing.T) {
	server := startShop(t)
	d := open(t, source(t, server.URL, inline(definitions+brokenDefinition)))
	tests := []struct {
		name, method, url, body string
		status                  int
		want                    string
	}{
		{"services", "GET", "services", "", 200, `["nothing","shop"]`},
		{"teams", "GET", "teams", "", 200, `["payments","web"]`},
		{"teams of a service", "GET", "teams?slos=%7Bservice%3D%22nothing%22%7D", "", 200, `["payments"]`},
		{"labels", "GET", "labels", "", 200, `["neededBy","objective","service","slo","team","tier"]`},
		{"values of an SLO's label", "GET", "labels/tier/values", "", 200, `["1"]`},
		{"names", "GET", "labels/slo/values", "", 200, `["availability","by-route","silent"]`},
		{"values of the server's label", "GET", "labels/route/values", "", 200, `["/cart","/pay"]`},
		{"values of no label", "GET", "labels/nobody/values", "", 200, `[]`},
		{"values of an SLO's label of some SLOs", "GET", "labels/objective/values?slos=silent", "", 200, `["answers"]`},
		{"names of some SLOs", "GET", "labels/slo/values?slos=%7Bteam%3D%22payments%22%7D", "", 200, `["availability","silent"]`},
		{"values of the label of some SLOs' series", "GET", "labels/route/values?slos=by-route", "", 200, `["/cart","/pay"]`},
		{"values of the label of some series", "GET", "labels/code/values?match[]=requests_total%7Bcode%3D%22500%22%7D", "", 200, `["500"]`},
		{"values of the label of no series", "GET", "labels/route/values?slos=silent", "", 200, `[]`},
		{"values of the label of no SLO", "GET", "labels/route/values?slos=other", "", 200, `[]`},
		{"values of bad matchers", "GET", "labels/route/values?slos=%7Bteam", "", 400, `slos: label matchers`},
		{"labels of events", "GET", "eventlabels", "", 200, `["code","job","route"]`},
		{"labels of an SLO's events", "GET", "eventlabels?slos=availability", "", 200, `["code","job","route"]`},
		{"labels of events that are not there", "GET", "eventlabels?slos=silent", "", 200, `[]`},
		{"labels of events of no SLO", "GET", "eventlabels?slos=other", "", 200, `[]`},
		{"labels of events of bad matchers", "GET", "eventlabels?slos=%7Bteam", "", 400, `slos: label matchers`},
		{"the server", "GET", "server?url=http://other:9090&url=" + server.URL + "/", "", 200, `["` + server.URL + `/"]`},
		{"no server", "GET", "server", "", 200, `[]`},
		{"one SLO", "GET", "slos?slos=availability", "", 200, `"name":"availability","title":"Shop answers"`},
		{"SLOs of nobody", "GET", "slos?slos=%7Bteam%3D%22nobody%22%7D", "", 200, `[]`},
		{"bad matchers", "GET", "slos?slos=%7Bteam", "", 400, `slos: label matchers`},
		{"preview", "GET", "preview?slo=availability", "", 200, `"window":"1w"`},
		{"preview of a window", "GET", "preview?slo=by-route&window=1h", "", 200, `"groupBy":["route"]`},
		{"preview of nothing", "GET", "preview", "", 400, "write /preview?slo=NAME"},
		{"preview of an unknown SLO", "GET", "preview?slo=other", "", 400, `there is no SLO named \"other\"`},
		{"preview of a bad window", "GET", "preview?slo=availability&window=x", "", 400, "window: "},
		{"valid text", "POST", "validate", definitions, 200, `"problems":[]`},
		{"invalid text", "POST", "validate", brokenDefinition, 200, `"field":"spec.objectives[0].target"`},
		{"refused query", "POST", "validate", strings.Replace(definitions, `sum(requests_total{job="shop"})`, "absent(up)", 1), 200, `"slo":"availability","text":"inline:13: `},
		{"text that is too long", "POST", "validate", strings.Repeat("#", 5<<20), 400, "the text has more than 4194304 bytes; check it in several parts"},
		{"wrong method", "POST", "slos", "", 405, ""},
		{"no such resource", "GET", "secrets", "", 404, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			answer := call(t, d, test.method, test.url, test.body)
			if answer.Status != test.status || !strings.Contains(string(answer.Body), test.want) {
				t.Errorf("%d: %.1000s, want %d: %s", answer.Status, answer.Body, test.status, test.want)
			}
			if answer.Status == http.StatusOK && !json.Valid(answer.Body) {
				t.Errorf("%s is not JSON", answer.Body)
			}
		})
	}
}

const aggregatedDefinition = `
apiVersion: openslo/v1
kind: SLO
metadata: {name: aggregated}
spec:
  service: shop
  indicator:
    metadata: {name: aggregated}
    spec:
      ratioMetric:
        counter: false
        rawType: success
        raw: {metricSource: {type: Prometheus, spec: {query: 'avg by (job) (requests_total < bool 1)'}}}
  timeWindow: [{duration: 7d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{displayName: Answers, target: 0.99}]
`

// TestEventLabelsOfAggregatedQuery leaves out labels that the queries of all
// selected SLOs aggregate away, for nothing could be grouped by them.
func TestEventLabelsOfAggregatedQuery(t *testing.T) {
	server := startShop(t)
	d := open(t, source(t, server.URL, inline(definitions+"---"+aggregatedDefinition)))
	for url, want := range map[string]string{
		"eventlabels?slos=aggregated": `["job"]`,
		"eventlabels":                 `["code","job","route"]`,
	} {
		if answer := call(t, d, "GET", url, ""); strings.TrimSpace(string(answer.Body)) != want {
			t.Errorf("%s: %d: %s, want %s", url, answer.Status, answer.Body, want)
		}
	}
}

func TestResourcesWithWrongSettings(t *testing.T) {
	d := open(t, source(t, "", inline(definitions)))
	for _, url := range []string{"slos", "services", "teams", "labels", "labels/slo/values", "eventlabels", "server", "preview?slo=availability"} {
		if answer := call(t, d, "GET", url, ""); answer.Status != http.StatusBadRequest || !strings.Contains(string(answer.Body), "has no URL") {
			t.Errorf("%s: %d: %s", url, answer.Status, answer.Body)
		}
	}
	if answer := call(t, d, "POST", "validate", definitions); answer.Status != http.StatusOK {
		t.Errorf("validate: %d: %s", answer.Status, answer.Body)
	}
}

func call(t *testing.T, d *Datasource, method, url, body string) *backend.CallResourceResponse {
	t.Helper()
	var answer *backend.CallResourceResponse
	path, _, _ := strings.Cut(url, "?")
	err := d.CallResource(context.Background(), &backend.CallResourceRequest{Method: method, Path: path, URL: url, Body: []byte(body)},
		backend.CallResourceResponseSenderFunc(func(part *backend.CallResourceResponse) error {
			if answer == nil {
				answer = part
			} else {
				answer.Body = append(answer.Body, part.Body...)
			}
			return nil
		}))
	if err != nil || answer == nil {
		t.Fatalf("%s %s: %v", method, url, err)
	}
	return answer
}
