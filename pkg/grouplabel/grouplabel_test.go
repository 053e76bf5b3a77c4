package grouplabel

import "testing"

func TestName(t *testing.T) {
	for label, want := range map[string]string{
		"handler":   "handler",
		"service":   "group_service",
		"plan":      "group_plan", // a label of records
		"long":      "group_long", // of alerts
		"short":     "group_short",
		"alertname": "group_alertname", // of any alert
	} {
		if got := Name(label); got != want {
			t.Errorf("%s is shown as %s, not %s", label, got, want)
		}
	}
}
