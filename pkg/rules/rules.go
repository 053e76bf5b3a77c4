// Package rules writes rules for the ruler of Prometheus, Mimir or Thanos, or for
// vmalert, from service level objectives: recording rules that count the events of
// each minute, and the alerts of the plugin over what they record. It does no I/O.
package rules

import (
	"cmp"
	"fmt"
	"slices"
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

// The least that Options may ask for: what an objective records is in one group, and
// reads back an hour.
const (
	FewestRules   = 2
	ShortestRange = time.Hour
	// ShortestTotalRange allows for the minute before that hour, too.
	ShortestTotalRange = ShortestRange + promql.RecordedInterval
)

// Options configures how rules are written.
type Options struct {
	// What evaluates the rules; Prometheus if empty.
	Ruler Ruler
	// Labels of every alert.
	Labels map[string]string
	// Address of the Grafana that has the dashboard of an SLO, for links; empty
	// means no links.
	GrafanaURL string
	// How long a minute is left open for its samples to arrive before its events
	// are recorded, in whole seconds; 0 means not at all.
	Delay time.Duration
	// Most rules in a group, each of which has rules of several SLOs; 0 means that
	// each SLO has groups of its own.
	RulesPerGroup int
	// Longest time that a selector may read; 0 means no limit.
	MaxRange time.Duration
	// Longest time that all of a rule may read, from its oldest sample on; 0 means no
	// limit.
	MaxTotalRange time.Duration
}

// Refusal describes an SLO for which no rules can be written.
type Refusal struct {
	SLO slo.SLO
	// Name of the alert that is left out; empty if the SLO has no rules at all.
	Alert string
	Err   error
}

// Error returns what is wrong, with the SLO and where it was defined.
func (r *Refusal) Error() string {
	if r.Alert != "" {
		return fmt.Sprintf("%s: %s: %s is left out: %s", r.SLO.Source, r.SLO.ID(), r.Alert, r.Err)
	}
	return fmt.Sprintf("%s: %s: %s", r.SLO.Source, r.SLO.ID(), r.Err)
}

// Unwrap returns what is wrong with the SLO.
func (r *Refusal) Unwrap() error { return r.Err }

// Generate returns the rule groups of SLOs, in their order: of each one that records
// and alerts every minute and, for rolling windows, one that checks every few minutes
// whether the budget is exhausted. SLOs and alerts that are refused are left out.
func Generate(slos []slo.SLO, o Options) (groups []rulefmt.RuleGroup, refused []*Refusal) {
	var all []ruleset
	for _, s := range slos {
		made, err := generate(s, o)
		if err != nil {
			refused = append(refused, &Refusal{SLO: s, Err: err})
			continue
		}
		refused = append(refused, made.refused...)
		all = append(all, made)
	}
	if o.RulesPerGroup > 0 {
		return packAll(all, o), refused
	}
	for _, s := range all {
		groups = append(groups, s.groups(o)...)
	}
	return groups, refused
}

// ruleset contains the rules of one SLO, by objective.
type ruleset struct {
	name string
	// Evaluated every minute, and every exhaustionInterval.
	minutely, budgets [][]rulefmt.Rule
	// The alerts that are left out.
	refused []*Refusal
}

func generate(s slo.SLO, o Options) (ruleset, error) {
	made := ruleset{name: s.StableID()}
	for _, objective := range s.Objectives {
		subject, err := newSubject(s, objective, o)
		if err != nil {
			return made, err
		}
		alerts := slices.Concat(made.short(subject, subject.burnAlerts()), subject.noDataAlert())
		made.minutely = append(made.minutely, slices.Concat(subject.recordings(), alerts))
		made.budgets = append(made.budgets, made.short(subject, subject.exhaustionAlert()))
	}
	return made, validate(made.groups(o))
}

// groups returns the SLO's rules in groups of its own.
func (r ruleset) groups(o Options) []rulefmt.RuleGroup {
	groups := []rulefmt.RuleGroup{o.minutelyGroup(r.name, slices.Concat(r.minutely...))}
	if budgets := slices.Concat(r.budgets...); len(budgets) > 0 {
		groups = append(groups, o.budgetGroup(r.name, budgets))
	}
	return groups
}

func (o Options) minutelyGroup(name string, rules []rulefmt.Rule) rulefmt.RuleGroup {
	group := rulefmt.RuleGroup{Name: "promise:" + name, Interval: model.Duration(promql.RecordedInterval), Rules: rules}
	if o.Delay > 0 {
		group.QueryOffset = new(model.Duration(o.Delay))
	}
	return group
}

func (o Options) budgetGroup(name string, rules []rulefmt.Rule) rulefmt.RuleGroup {
	return rulefmt.RuleGroup{Name: "promise-budget:" + name, Interval: model.Duration(exhaustionInterval), Rules: rules}
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
	for _, expr := range []string{made.bad, made.total} {
		if err := cmp.Or(o.Ruler.check(expr), o.checkRange(expr)); err != nil {
			return subject{}, err
		}
	}
	made.records = promql.Records{
		SLO: s.Name, Instance: s.Identity, Objective: objective.Name, Plan: plan.Fingerprint(),
		Method: s.Method, Slices: objective.Slices, Budget: significant(objective.Budget(), exactDigits),
		MaxRange: o.MaxRange,
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
	for name, value := range map[string]string{"service": s.slo.Service, "team": s.slo.Team(), promql.RecordedInstance: s.slo.Identity} {
		if value != "" {
			labels[name] = value
		}
	}
	return labels
}
