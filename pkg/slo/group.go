package slo

import "slices"

// reserved lists the names that grouping labels must not take, since fields and
// labels of frames have them already, or labels of records and alerts.
var reserved = []string{
	"slo", "title", "objective", "service", "team", "owner", "definition", "error", "severity", "lookback", "series",
	"state", "target", "window", "start", "end", "time", "timeEnd", "text", "tags", "contributor", "label",
	"bad", "good", "total", "budgetShare", "badEventsShare", "peakBurnRate", "duration", "coverage", "met", "rest", "open", "sli",
	"contact", "signed", "agreedBy", "missing", "drift", "due", "reason", "runbook", "repository", "channel", "dashboards",
	"plan", "long", "short", "alertname",
}

// GroupName returns the name under which a grouping label is shown, recorded and
// alerted on: its own, with group_ before it if that is taken.
func GroupName(label string) string {
	if slices.Contains(reserved, label) {
		return "group_" + label
	}
	return label
}
