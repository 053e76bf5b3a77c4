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

// spentInterval is how often it is looked whether a budget is spent, which
// reads all that was recorded in the window.
const spentInterval = 5 * time.Minute

// Options say how rules are written.
type Options struct {
	// Labels are those of every alert.
	Labels map[string]string
	// GrafanaURL is the address of the Grafana that has the dashboard of an
	// SLO, for links; empty means no links.
	GrafanaURL string
	// Delay is how long a minute is left open for its samples to arrive
	// before its events are recorded, in whole seconds; 0 is not at all.
	Delay time.Duration
}

// Refused is an SLO for which no rules can be written.
type Refused struct {
	SLO slo.SLO
	Err error
}

// Error names the SLO and where it was defined.
func (r *Refused) Error() string { return fmt.Sprintf("%s: %s: %s", r.SLO.Source, r.SLO.Name, r.Err) }

// Unwrap is what is wrong with the SLO.
func (r *Refused) Unwrap() error { return r.Err }

// Generate makes the rule groups of SLOs, in their order: one that records and
// alerts every minute and, for rolling windows, one that looks now and then
// whether the budget is spent. The SLOs that are refused are left out.
func Generate(slos []slo.SLO, o Options) (groups []rulefmt.RuleGroup, refused []*Refused) {
	for _, s := range slos {
		made, err := generate(s, o)
		if err != nil {
			refused = append(refused, &Refused{s, err})
			continue
		}
		groups = append(groups, made...)
	}
	return groups, refused
}

func generate(s slo.SLO, o Options) ([]rulefmt.RuleGroup, error) {
	every := rulefmt.RuleGroup{Name: "promise:" + s.Name, Interval: model.Duration(promql.RecordedInterval)}
	if o.Delay > 0 {
		every.QueryOffset = new(model.Duration(o.Delay))
	}
	seldom := rulefmt.RuleGroup{Name: "promise-budget:" + s.Name, Interval: model.Duration(spentInterval)}
	for _, objective := range s.Objectives {
		made, err := newSubject(s, objective, o)
		if err != nil {
			return nil, err
		}
		every.Rules = append(every.Rules, made.recordings()...)
		every.Rules = append(every.Rules, made.burning()...)
		every.Rules = append(every.Rules, made.missing()...)
		seldom.Rules = append(seldom.Rules, made.spent()...)
	}
	groups := []rulefmt.RuleGroup{every}
	if len(seldom.Rules) > 0 {
		groups = append(groups, seldom)
	}
	return groups, validate(groups)
}

// subject is what rules are about: one objective of an SLO.
type subject struct {
	slo        slo.SLO
	objective  slo.Objective
	opts       Options
	plan       *promql.Plan
	bad, total string
	records    promql.Records
	// window is the length of the SLO window, and conditions are those of its
	// alerts.
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
		Method: s.Method, Slices: objective.Slices, Budget: rounded(objective.Budget()),
	}
	at := shortest(s.Window)
	start, end := s.Window.At(at)
	made.window = end.Sub(start)
	made.conditions = budget.TermsOf(s, objective).AlertConditions(at)
	return made, made.checkLookbacks()
}

// checkLookbacks refuses what a record of minutes does not tell.
func (s subject) checkLookbacks() error {
	for _, r := range s.conditions {
		if r.Long%promql.RecordedInterval != 0 || r.Short%promql.RecordedInterval != 0 {
			return &slo.Invalid{
				Field: "alerting",
				What:  fmt.Sprintf("the lookbacks %s and %s are not whole minutes, and rules record minutes", duration(r.Long), duration(r.Short)),
				Hint:  "write whole minutes",
			}
		}
	}
	return nil
}

// recordings count the events of the minute before.
func (s subject) recordings() []rulefmt.Rule {
	labels := s.identity()
	labels[promql.RecordedPlan] = s.records.Plan
	return []rulefmt.Rule{
		{Record: promql.RecordedTotal, Expr: s.total, Labels: labels},
		{Record: promql.RecordedBad, Expr: s.bad, Labels: labels},
	}
}

// identity are the labels that say what a series is about.
func (s subject) identity() map[string]string {
	labels := map[string]string{"slo": s.slo.Name, "objective": s.objective.Name}
	for name, value := range map[string]string{"service": s.slo.Service, "team": s.slo.Team()} {
		if value != "" {
			labels[name] = value
		}
	}
	return labels
}
