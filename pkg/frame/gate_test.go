package frame

import (
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// gatedEntries returns entries whose policy blocks deploys once 20 % of the budget is
// consumed, as it is by the hour that ended half a day ago, and migrations once all is.
func gatedEntries() []budget.Entry {
	var all []budget.Entry
	for _, e := range entries() {
		e.SLO.Promise = &slo.Promise{Policy: []slo.Consequence{
			{RemainingBelow: 0.98, Action: "Only fixes.", Blocks: []string{"deploy"}, Until: slo.Until{Window: true}},
			{RemainingBelow: 0, Action: "Nothing.", Blocks: []string{"deploy", "migration"}, Until: slo.Until{Remaining: 0.5}},
		}}
		if e.SLO.Name == "plain" {
			e.SLO.Overrides = []slo.Override{{
				Name: "fix", Actions: []string{"deploy"}, From: now.Add(-time.Hour), To: now.Add(time.Hour), Reason: "The fix", ApprovedBy: []string{"Ada", "Grace"},
			}}
		}
		all = append(all, e)
	}
	return all
}

func TestGateAlert(t *testing.T) {
	got := map[string]*float64{}
	for _, f := range GateAlert(t.Context(), gatedEntries(), params()) {
		ls := f.Fields[0].Labels
		got[ls["slo"]+" "+ls["action"]] = f.Fields[0].At(0).(*float64)
		if ls["objective"] != "" || ls["route"] != "" {
			t.Errorf("an alert about the whole SLO has the labels %v", ls)
		}
	}
	for key, want := range map[string]float64{"tickets deploy": 1, "tickets migration": 0, "plain deploy": 0, "routes deploy": 1} {
		if v := got[key]; v == nil || *v != want {
			t.Errorf("%s: %v, want %v", key, v, want)
		}
	}
	for _, key := range []string{"silent deploy", "failed deploy", "wrong "} {
		if v, ok := got[key]; !ok || v != nil {
			t.Errorf("%s: %v, want null", key, v)
		}
	}
}
