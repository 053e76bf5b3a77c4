package grafana

import (
	"github.com/promise-slo/promise-slo-datasource/pkg/api"
	"github.com/promise-slo/promise-slo-datasource/pkg/grafana/dashboards"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// The queries of a rule, by their reference ids.
const (
	// valueRef names the number that the rule compares.
	valueRef = "A"
	// consumedRef names the share of the window's budget that is consumed, and
	// leftRef the seconds to exhaustion. Rules ask for them to describe an alert.
	consumedRef = "Consumed"
	leftRef     = "Left"
	// firesRef names the comparison.
	firesRef = "Fires"
)

// The states of a rule whose query has no data or fails.
const (
	keepLast = "KeepLast"
	alerting = "Alerting"
	ok       = "OK"
)

// sloPage is the address of the page of one SLO.
const sloPage = "{{ externalURL }}d/" + dashboards.SLOUID

// rules returns the rules of the group. One that compares burn rates or budgets and
// gets no numbers keeps its state, because silence is no recovery. "An SLO has no
// data" reports the silence, once, and a team that has no SLO any more.
func (g ruleGroup) rules() []rule {
	return []rule{
		g.burnRule("page", "Error budget burns fast", slo.Page, "6h"),
		g.burnRule("ticket", "Error budget burns steadily", slo.Ticket, "3d"),
		g.exhaustionRule(),
		g.exhaustedRule(),
		g.missedRule(),
		g.noDataRule(),
		g.gateRule(),
		g.reviewRule(),
	}
}

func (g ruleGroup) burnRule(name, title string, severity slo.Severity, from string) rule {
	r := g.newRule(name, title, api.Query{QueryType: api.BurnAlert, Severity: severity}, evaluator{Type: "gt", Params: []float64{1}})
	r.Data = []ruleQuery{r.Data[0], g.consumed(), g.left(), r.Data[1]}
	r.Labels = g.labels("") // the numbers have their severity
	r.describe(
		`{{ .Labels.slo }} burns its error budget {{ if eq .Labels.severity "page" }}fast{{ else }}steadily{{ end }}`,
		`{{ .Labels.slo }} ({{ .Labels.objective }}) of {{ .Labels.service }} burns its error budget `+
			`at {{ printf "%.1f" .Values.A.Value }} times the `+
			`{{ if eq .Labels.severity "page" }}paging{{ else }}ticket{{ end }} threshold. `+
			`{{ with .Values.Consumed }}{{ humanizePercentage .Value }} of the window's budget is consumed{{ end }}`+
			`{{ with .Values.Left }}{{ if le .Value 0.0 }}: none remains{{ else if lt .Value 1e9 }}; at this rate, the rest is gone in `+lasts+
			`{{ else }}; at this rate, the rest lasts to the end of the window{{ end }}{{ end }}.`,
		from)
	return r
}

func (g ruleGroup) exhaustionRule() rule {
	// In hours. What has run out already is up to the next rule.
	r := g.newRule("exhaustion", "Error budget runs out soon", api.Query{QueryType: api.ExhaustionAlert},
		evaluator{Type: "within_range", Params: []float64{0, 24}})
	r.For = "5m"
	r.Data = []ruleQuery{r.Data[0], g.consumed(), g.left(), r.Data[1]}
	r.describe(
		`{{ .Labels.slo }} runs out of error budget{{ with .Values.Left }} in `+lasts+`{{ end }}`,
		`At the current rate, {{ .Labels.slo }} ({{ .Labels.objective }}) of {{ .Labels.service }} has no error budget left`+
			`{{ with .Values.Left }} in `+lasts+`{{ end }}. `+
			`{{ with .Values.Consumed }}{{ humanizePercentage .Value }} of it is consumed.{{ end }}`,
		"7d")
	return r
}

func (g ruleGroup) exhaustedRule() rule {
	r := g.newRule("exhausted", "Error budget is exhausted", api.Query{QueryType: api.BudgetAlert},
		evaluator{Type: "gte", Params: []float64{1}})
	r.describe(
		`{{ .Labels.slo }} has no error budget left`,
		`{{ with .Values.A }}{{ humanizePercentage .Value }}{{ end }} of the error budget of {{ .Labels.slo }} ({{ .Labels.objective }}) `+
			`of {{ .Labels.service }} is consumed: this window misses its objective.`,
		"30d")
	return r
}

func (g ruleGroup) missedRule() rule {
	r := g.newRule("missed", "A window was missed", api.Query{QueryType: api.WindowAlert},
		evaluator{Type: "gt", Params: []float64{1}})
	r.describe(
		`{{ .Labels.slo }} missed its window`,
		`The window of {{ .Labels.slo }} ({{ .Labels.objective }}) of {{ .Labels.service }} that closed within the `+
			`last day consumed {{ with .Values.A }}{{ humanizePercentage .Value }}{{ end }} of its error budget.`,
		"90d")
	return r
}

func (g ruleGroup) noDataRule() rule {
	// In minutes.
	r := g.newRule("no-data", "An SLO has no data", api.Query{QueryType: api.NoDataAlert},
		evaluator{Type: "gt", Params: []float64{30}})
	r.NoDataState, r.ExecErrState = alerting, alerting
	if len(g.others) > 0 {
		r.NoDataState = ok // where all teams have groups, no SLO may be left
	}
	r.describe(
		`{{ with .Labels.slo }}{{ . }} has{{ else }}SLOs have{{ end }} no data`,
		`{{ with .Labels.slo }}The state of {{ . }}{{ else }}The state of SLOs{{ end }} is unknown: `+
			`{{ with .Values.A }}{{ if gt .Value 1e6 }}there was no data in the whole window{{ else if gt .Value 30.0 }}`+
			`there has been no data for {{ printf "%.0f" .Value }} minutes{{ else }}the server does not answer{{ end }}{{ else }}the server does not answer{{ end }}. `+
			`Its other alerts keep their state.`,
		"6h")
	// An alert without numbers names no SLO.
	r.Annotations["dashboard"] = sloPage + `{{ with .Labels.slo }}?var-slo={{ urlquery . }}&from=now-6h&to=now{{ end }}`
	return r
}

// gateRule fires when a policy closes the gate, and resolves when it opens.
func (g ruleGroup) gateRule() rule {
	r := g.newRule("gate", "A gate is closed", api.Query{QueryType: api.GateAlert}, evaluator{Type: "gt", Params: []float64{0}})
	r.describe(
		`{{ .Labels.action }} is blocked for {{ .Labels.slo }}`,
		`The error budget policy of {{ .Labels.slo }} of {{ .Labels.service }} blocks the action {{ .Labels.action }}. `+
			`The page of the SLO shows why, and what opens the gate again.`,
		"30d")
	return r
}

func (g ruleGroup) reviewRule() rule {
	// In days.
	r := g.newRule("review", "A review is overdue", api.Query{QueryType: api.ReviewAlert}, evaluator{Type: "gt", Params: []float64{0}})
	r.describe(
		`{{ .Labels.slo }} waits for a review, or for the change that it names`,
		`A miss of {{ .Labels.slo }} ({{ .Labels.objective }}) of {{ .Labels.service }} has no review with a change, or the change is not in place. `+
			`{{ with .Values.A }}It is overdue by {{ printf "%.0f" .Value }} days.{{ end }}`,
		"90d")
	return r
}

// newRule returns a rule that compares the answer to a query. Unless that says
// otherwise, it asks for a ticket.
func (g ruleGroup) newRule(name, title string, q api.Query, compare evaluator) rule {
	return rule{
		UID: RuleUID(name, g.team), Title: title, Condition: firesRef, For: "0s", NoDataState: keepLast, ExecErrState: keepLast,
		Data: []ruleQuery{g.query(valueRef, q), {
			RefID: firesRef, DataSourceUID: expressionUID,
			Model: threshold{RefID: firesRef, Type: "threshold", Expression: valueRef, Conditions: []condition{{Evaluator: compare}}},
		}},
		Labels: g.labels(string(slo.Ticket)), Annotations: map[string]string{},
	}
}

// query returns a query about the SLOs of the group.
func (g ruleGroup) query(refID string, q api.Query) ruleQuery {
	const tenMinutes = 600
	q.SLOs = g.selector()
	return ruleQuery{
		RefID: refID, DataSourceUID: g.sourceUID, Range: &timeRange{From: tenMinutes},
		Model: queryModel{Query: q, RefID: refID},
	}
}

// lasts writes seconds as a duration, without the zeros that end it.
const lasts = `{{ reReplaceAll "( 0h)?( 0m)? 0s" "" (humanizeDuration .Value) }}`

func (g ruleGroup) left() ruleQuery {
	return g.query(leftRef, api.Query{QueryType: api.ExhaustionAlert, Unit: api.Seconds})
}

func (g ruleGroup) consumed() ruleQuery {
	return g.query(consumedRef, api.Query{QueryType: api.BudgetAlert})
}

// describe sets the texts of the alert, and its link to the SLO's page from that long
// ago on. Grafana's own link to a dashboard and a panel knows no variables: it would
// lead to another SLO, and break the hearts of all.
func (r *rule) describe(summary, description, from string) {
	r.Annotations = map[string]string{
		"summary":     summary,
		"description": description,
		"dashboard":   sloPage + `?var-slo={{ urlquery .Labels.slo }}&from=now-` + from + `&to=now`,
	}
}
