// Package grouplabel names the labels by which events are grouped, wherever they
// are shown, recorded or alerted on.
package grouplabel

import "slices"

// taken lists the names that grouping labels must not have, since fields and
// labels of frames have them already, or labels of records and alerts.
var taken = slices.Concat(
	[]string{ // labels of series, records and alerts
		"slo", "objective", "service", "team", "definition", "severity", "lookback", "series", "window",
		"plan", "long", "short", "alertname", "slo_instance",
	},
	[]string{ // fields of all tables
		"title", "error",
	},
	[]string{ // of status
		"owner", "state", "target", "sli", "yesterdaySLI", "good", "bad", "total",
		"budgetTotal", "budgetConsumed", "budgetRemaining", "budgetEstimated",
		"firing", "budgetRemainingEvents", "budgetRemainingMinutes",
		"exhaustsAt", "exhaustsAtRate", "exhaustsByForecast", "missChance", "missChanceWeek", "missChanceDay", "exhaustsP10", "exhaustsP90",
		"forecastDays", "forecastInside", "forecastSkill", "coverage", "windowStart", "windowEnd", "asOf",
		"contact", "signed", "agreedBy", "missing", "promisedTarget", "consideredLowest", "consideredHighest", "drift",
		"runbook", "repository", "channel", "dashboards", "due", "reason",
	},
	[]string{ // of windows
		"start", "end", "met", "kind", "unknown", "timeZone", "worstStart", "worstEnd", "worstBudgetShare", "worstPeakBurnRate",
	},
	[]string{ // of kept
		"streak", "keptSince", "streakUnknown",
	},
	[]string{ // of incidents, which are annotations too
		"time", "timeEnd", "text", "tags", "duration", "budgetShare", "peakBurnRate", "open",
		"outage", "slos", "viewFrom", "viewTo", "changeTime",
	},
	[]string{ // of targets
		"mark", "inForce", "promised", "asked", "considered", "unit", "kept", "missed", "unknown", "keptOf", "keptShare",
		"worstConsumed", "medianConsumed", "historyStart", "historyEnd", "pages", "pagesJustified", "pagesDuration", "tickets", "ticketsJustified", "ticketsDuration",
		"incidents", "incidentsPaged", "allowedEvents", "allowedMinutes", "chanceKept", "keptInAll", "keptInMost",
	},
	[]string{ // of gates
		"action", "gate", "rule", "since", "why", "policyAction", "until", "opensBy", "override", "overrideUntil",
	},
	[]string{ // of reviews
		"review", "overdueDays", "kind", "reviewDue", "held", "learned", "changeKind", "change", "changeOwner", "changeDue", "changeDone",
		"evidence", "report", "document", "burnedBefore", "burnedSince", "incidentsSince", "daysSince",
	},
	[]string{ // of contributors
		"label", "contributor", "badEventsShare", "rest",
	},
)

// Name returns the name under which a grouping label is shown, recorded and
// alerted on: its own, with group_ before it if that is taken.
func Name(label string) string {
	if slices.Contains(taken, label) {
		return "group_" + label
	}
	return label
}
