package frame

import (
	"reflect"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// signedBy is an SLO with a promise that those agreed to, all if none is named.
// Its target was lowered since, without agreement.
func signedBy(name string, who ...string) slo.SLO {
	s := promise(name, false)
	s.Promise = &slo.Promise{
		Name: name, Owner: slo.Owner{Team: "checkout", Contact: "#checkout"}, Reason: "people leave",
		Agreed:     map[string]slo.Agreement{},
		Links:      slo.Links{Runbook: "https://example.com/runbook", Dashboards: []string{"https://example.com/1", "https://example.com/2"}},
		DependsOn:  []string{"warehouse", "bank"},
		Considered: &slo.TargetRange{Lowest: 0.99, Highest: 0.9999},
		History: []slo.Commitment{
			{Target: 0.5, From: now.Add(-100 * day)},
			{Target: 0.9999, From: now.Add(-10 * day)},
		},
		Policy: []slo.Consequence{{RemainingBelow: 1, Action: "only fixes", Until: slo.Until{Text: "it is back"}}, {RemainingBelow: 0.1, Action: "freeze"}},
	}
	if who == nil {
		who = slo.Signatories()
	}
	for _, w := range who {
		s.Promise.Agreed[w] = slo.Agreement{Name: "Ada", Date: time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC)}
	}
	return s
}

func cell(t *testing.T, f *data.Frame, name string, row int) any {
	t.Helper()
	field, i := f.FieldByName(name)
	if i < 0 {
		t.Fatalf("there is no field %s", name)
	}
	v, ok := field.ConcreteAt(row)
	if !ok {
		return nil
	}
	return v
}

func TestPromiseColumns(t *testing.T) {
	p := params()
	f := SLOs(t.Context(), []slo.SLO{signedBy("plain"), signedBy("half", slo.Engineering), promise("routes", true)}, p)[0]
	type row map[string]any
	for i, want := range []row{
		{"owner": "checkout", "contact": "#checkout", "signed": true, "missing": nil, "drift": true, "promisedTarget": 0.9999, "consideredLowest": 0.99, "consideredHighest": 0.9999, "reason": "people leave", "dependsOn": "warehouse, bank",
			"agreedBy": "Ada (engineering, 2026-01-15), Ada (onCall, 2026-01-15), Ada (product, 2026-01-15)",
			"runbook":  "https://example.com/runbook", "repository": nil, "channel": nil, "dashboards": "https://example.com/1 https://example.com/2"},
		{"owner": "checkout", "signed": false, "missing": "onCall, product", "agreedBy": "Ada (engineering, 2026-01-15)"},
		{"owner": "ada", "contact": nil, "signed": false, "missing": "engineering, onCall, product", "drift": false, "promisedTarget": nil, "consideredLowest": nil, "agreedBy": nil, "runbook": nil},
		{"contact": nil, "signed": nil, "missing": nil, "drift": nil, "promisedTarget": nil},
	} {
		got := row{}
		for name := range want {
			got[name] = cell(t, f, name, i)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("row %d: got %v, want %v", i, got, want)
		}
	}
}

func TestWhatThePolicyAsksFor(t *testing.T) {
	entry := func(s slo.SLO, covered func(time.Duration) bool) budget.Entry {
		return budget.Entry{SLO: s, Objective: s.Objectives[0], Account: account(covered), AsOf: now}
	}
	f := Status(t.Context(), []budget.Entry{entry(signedBy("silent"), never), entry(promise("none", false), always), entry(signedBy("plain"), always)}, params())[0]
	want := map[any]any{"plain": "only fixes (until it is back)", "silent": nil, "none": nil}
	for i := range f.Rows() {
		name := cell(t, f, "slo", i)
		if got := cell(t, f, "due", i); got != want[name] {
			t.Errorf("%s: got %v, want %v", name, got, want[name])
		}
	}
}

// The windows that opened before the target rose to 99.99 % are evaluated by the
// 50 % of before, and not by the 99 % of the definition.
func TestClosedWindowsKeepTheirTarget(t *testing.T) {
	s := signedBy("plain")
	s.Window = weekly(true)
	s.Window.Anchor = now
	p := params()
	p.From = now.Add(-21 * day)
	f := Windows(t.Context(), []budget.Entry{{SLO: s, Objective: s.Objectives[0], Account: account(always), AsOf: now}}, p)[0]
	if f.Rows() != 3 {
		t.Fatalf("%d windows", f.Rows())
	}
	for i, want := range []float64{0.9999, 0.5, 0.5} {
		start := cell(t, f, "start", i).(time.Time)
		if got := cell(t, f, "target", i); got != want {
			t.Errorf("the window from %s is evaluated by %v, want %v", start, got, want)
		}
	}
	if cell(t, f, "met", 0) != false || cell(t, f, "met", 1) != true {
		t.Errorf("met: %v, %v", cell(t, f, "met", 0), cell(t, f, "met", 1))
	}
}
