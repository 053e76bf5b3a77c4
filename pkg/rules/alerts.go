package rules

import (
	"cmp"
	"maps"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// The names of alerts; the author's own name stands for the first.
const (
	burnName      = "ErrorBudgetBurn"
	exhaustedName = "ErrorBudgetExhausted"
	noDataName    = "ErrorBudgetNoData"
)

// noDataFor bounds how long nothing may be recorded before it alerts, so that
// rules that are new do not.
const noDataFor = 5 * time.Minute

// burnAlerts returns the alerts of all conditions that the author did not turn
// off.
func (s subject) burnAlerts() []rulefmt.Rule {
	var alerts []rulefmt.Rule
	for _, c := range s.conditions {
		if s.alert(c.Severity).Disabled {
			continue
		}
		written := c
		written.BurnRate = significant(c.BurnRate, exactDigits)
		alerts = append(alerts, rulefmt.Rule{
			Alert:       cmp.Or(s.slo.Alerting.Name, burnName),
			Expr:        s.records.Burning(written),
			Labels:      s.labels(c.Severity, map[string]string{"long": duration(c.Long), "short": duration(c.Short)}),
			Annotations: s.annotations(c.Severity, s.burnText(c)),
		})
	}
	return alerts
}

// noDataAlert returns the alert that nothing is recorded, none if the author
// turned all alerts off.
func (s subject) noDataAlert() []rulefmt.Rule {
	severity := slo.Ticket
	if s.alert(severity).Disabled {
		severity = slo.Page // somebody must know
	}
	if s.alert(severity).Disabled {
		return nil
	}
	return []rulefmt.Rule{{
		Alert:       noDataName,
		Expr:        s.records.Missing(budget.MaxDataAge),
		For:         model.Duration(noDataFor),
		Labels:      s.labels(severity, nil),
		Annotations: s.annotations(severity, s.noDataText()),
	}}
}

// exhaustionAlert returns the alert that the budget of a rolling window is
// exhausted. That of a calendar window is an estimate that no rule can make.
func (s subject) exhaustionAlert() []rulefmt.Rule {
	if s.slo.Window.Calendar || s.alert(slo.Ticket).Disabled {
		return nil
	}
	return []rulefmt.Rule{{
		Alert:       exhaustedName,
		Expr:        s.records.Exhausted(s.window),
		Labels:      s.labels(slo.Ticket, nil),
		Annotations: s.annotations(slo.Ticket, s.exhaustionText()),
	}}
}

// alert returns what the author wants of the alerts of a severity.
func (s subject) alert(severity slo.Severity) slo.Alert {
	return s.slo.Alerting.Of(severity)
}

// labels returns the labels of an alert. The author's take precedence but for
// those that say what it is about. The plan is of no interest to whoever is
// alerted.
func (s subject) labels(severity slo.Severity, more map[string]string) map[string]string {
	labels := map[string]string{"severity": string(severity), "window": s.slo.Window.Period.String()}
	maps.Copy(labels, more)
	maps.Copy(labels, s.opts.Labels)
	maps.Copy(labels, s.slo.Alerting.Labels)
	maps.Copy(labels, s.alert(severity).Labels)
	for name, value := range s.identity() {
		labels[name] = plain(value)
	}
	labels[promql.RecordedPlan] = ""
	return labels
}
