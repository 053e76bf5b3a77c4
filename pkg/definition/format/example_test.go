package format_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

var window = slo.Window{Period: slo.Period{Count: 28, Unit: slo.Day}}

// Formats returns the one format of a tool.
func Formats() []format.Format {
	return []format.Format{{Version: "example.com/v1", Family: "example.com/", Read: read}}
}

func read(c *format.Contents, root yamldoc.Value, _ string) {
	o := root.Fields("apiVersion", "kind", "metadata", "spec")
	m := format.Resource(o)
	spec := format.Spec(o, "target", "good", "total")
	s := slo.SLO{Name: m.Name, Labels: m.Labels, Window: window, Source: root.Place().Position}
	good := format.Query(spec.Need("good", "write the query for good events"))
	s.Objectives = []slo.Objective{{
		Target:    format.TargetOfPercent(spec.Need("target", "write the least percentage of good events, such as 99.9")),
		Indicator: slo.Ratio{Good: &good, Total: format.Query(spec.Need("total", "write the query for all events"))},
	}}
	format.NameObjectives(s.Objectives)
	o.Report().Attribute(s.Name)
	c.Drafts = append(c.Drafts, format.Draft{SLO: s, Name: m.At, Failed: o.Report().Failed()})
}

// A format reads a document into a draft, and reports what is wrong with it.
func Example() {
	const document = `apiVersion: example.com/v1
kind: SLO
metadata: {name: checkout}
spec:
  targt: 99.9
  good: sum(rate(http_requests_total{code!~"5.."}[5m]))
  total: sum(rate(http_requests_total[5m]))
`
	for root := range yamldoc.Documents("checkout.yaml", []byte(document)) {
		c := &format.Contents{}
		read(c, root, "SLO")
		fmt.Println(c.Drafts[0].SLO.Name)
		for _, p := range root.Report().Problems() {
			fmt.Println(p.Error())
		}
	}
	// Output:
	// checkout
	// checkout.yaml:5: spec.targt: is not a known field; did you mean target?
}

// The page about the architecture shows this file's format.
func TestArchitecturePage(t *testing.T) {
	page, err := os.ReadFile("../../../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile("example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, code, _ := strings.Cut(string(page), "```go\n")
	code, _, found := strings.Cut(code, "```")
	if !found || !strings.Contains(string(example), code) {
		t.Errorf("the page shows:\n%s", code)
	}
	if len(Formats()) != 1 {
		t.Error("the example has not one format")
	}
}
