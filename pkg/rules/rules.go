// Package rules writes rules for the ruler of Prometheus, Mimir or Thanos from
// service level objectives: recording rules that count the events of each minute,
// and the alerts of the plugin over what they record. It does no I/O.
package rules

import (
	"fmt"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// exhaustionInterval sets how often budgets are checked for exhaustion, which
// reads all that was recorded in the window.
const exhaustionInterval = 5 * time.Minute

// Options configures how rules are written.
type Options struct {
	// Labels of every alert.
	Labels map[string]string
	// Address of the Grafana that has the dashboard of an SLO, for links; empty
	// means no links.
	GrafanaURL string
	// How long a minute is left open for its samples to arrive before its events
	// are recorded, in whole seconds; 0 means not at all.
	Delay time.Duration
}

// Refusal describes an SLO for which no rules can be written.
type Refusal struct {
	SLO slo.SLO
	Err error
}

// Error returns what is wrong, with the SLO and where it was defined.
func (r *Refusal) Error() string { return fmt.Sprintf("%s: %s: %s", r.SLO.Source, r.SLO.Name, r.Err) }

// Unwrap returns what is wrong with the SLO.
func (r *Refusal) Unwrap() error { return r.Err }

// Generate returns the rule groups of SLOs, in their order: one that records and
// alerts every minute and, for rolling windows, one that checks every few minutes
// whether the budget is exhausted. The SLOs that are refused are left out.
func Generate(slos []slo.SLO, o Options) (groups []rulefmt.RuleGroup, refused []*Refusal) {
	for _, s := range slos {
		made, err := generate(s, o)
		if err != nil {
			refused = append(refused, &Refusal{SLO: s, Err: err})
			continue
		}
		groups = append(groups, made...)
	}
	return groups, refused
}

func generate(s slo.SLO, o Options) ([]rulefmt.RuleGroup, error) {
	minutely := rulefmt.RuleGroup{Name: "promise:" + s.Name, Interval: model.Duration(promql.RecordedInterval)}
	if o.Delay > 0 {
		minutely.QueryOffset = new(model.Duration(o.Delay))
	}
	exhaustion := rulefmt.RuleGroup{Name: "promise-budget:" + s.Name, Interval: model.Duration(exhaustionInterval)}
	for _, objective := range s.Objectives {
		made, err := newSubject(s, objective, o)
		if err != nil {
			return nil, err
		}
		minutely.Rules = append(minutely.Rules, made.recordings()...)
		minutely.Rules = append(minutely.Rules, made.burnAlerts()...)
		minutely.Rules = append(minutely.Rules, made.noDataAlert()...)
		exhaustion.Rules = append(exhaustion.Rules, made.exhaustionAlert()...)
	}
	groups := []rulefmt.RuleGroup{minutely}
	if len(exhaustion.Rules) > 0 {
		groups = append(groups, exhaustion)
	}
	return groups, validate(groups)
}

// subject describes what rules are about: one objective of an SLO.
type subject struct {
	slo        slo.SLO
	objective  slo.Objective
	opts       Options
	plan       *promql.Plan
	bad, total string
	records    promql.Records
	// Length of the SLO window, and the conditions of its alerts.
	window     time.Duration
	conditions []slo.BurnCondition
}

func newSubject(s slo.SLO, objective slo.Objective, o Options) (subject, error) {
	plan, err := promql.PlanOf(s, objective, promql.Scope{})
	if err != nil {
		return subject{}, err
	}
	made := subject{slo: s, objective: objective, opts: o, plan: plan}
	if made.bad, made.total, err = plan.Recording(); err != nil {
		return subject{}, err
	}
	made.records = promql.Records{
		SLO: s.Name, Objective: objective.Name, Plan: plan.Fingerprint(),
		Method: s.Method, Slices: objective.Slices, Budget: significant(objective.Budget(), exactDigits),
	}
	at := shortestWindow(s.Window)
	start, end := s.Window.At(at)
	made.window = end.Sub(start)
	made.conditions = budget.TermsOf(s, objective).AlertConditions(at)
	return made, made.checkLookbacks()
}

// checkLookbacks refuses lookbacks that are not whole minutes, which are what is
// recorded.
func (s subject) checkLookbacks() error {
	for _, c := range s.conditions {
		if c.Long%promql.RecordedInterval != 0 || c.Short%promql.RecordedInterval != 0 {
			return &slo.Invalid{
				Field: "alerting",
				What:  fmt.Sprintf("the lookbacks %s and %s are not whole minutes, and rules record minutes", duration(c.Long), duration(c.Short)),
				Hint:  "write whole minutes",
			}
		}
	}
	return nil
}

// recordings returns the rules that count the events of the minute before.
func (s subject) recordings() []rulefmt.Rule {
	labels := s.identity()
	labels[promql.RecordedPlan] = s.records.Plan
	return []rulefmt.Rule{
		{Record: promql.RecordedTotal, Expr: s.total, Labels: labels},
		{Record: promql.RecordedBad, Expr: s.bad, Labels: labels},
	}
}

// identity returns the labels that say what a series is about.
func (s subject) identity() map[string]string {
	labels := map[string]string{"slo": s.slo.Name, "objective": s.objective.Name}
	for name, value := range map[string]string{"service": s.slo.Service, "team": s.slo.Team()} {
		if value != "" {
			labels[name] = value
		}
	}
	return labels
}
