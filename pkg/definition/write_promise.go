package definition

import (
	"time"

	"github.com/prometheus/common/model"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

type promiseDocument struct {
	header   `yaml:",inline"`
	Metadata metadataFields `yaml:"metadata"`
	Spec     promiseFields  `yaml:"spec"`
}

type promiseFields struct {
	SLO       string              `yaml:"slo"`
	Objective string              `yaml:"objective,omitempty"`
	Owner     ownerFields         `yaml:"owner,omitempty"`
	Agreed    agreedFields        `yaml:"agreed,omitempty"`
	Reason    string              `yaml:"reason,omitempty"`
	Links     linkFields          `yaml:"links,omitempty"`
	DependsOn []string            `yaml:"dependsOn,omitempty"`
	Alerting  alertingFields      `yaml:"alerting,omitempty"`
	History   []commitmentFields  `yaml:"history,omitempty"`
	Policy    []consequenceFields `yaml:"policy,omitempty"`
}

type ownerFields struct {
	Team    string `yaml:"team,omitempty"`
	Contact string `yaml:"contact,omitempty"`
}

type agreedFields struct {
	Engineering *agreementFields `yaml:"engineering,omitempty"`
	OnCall      *agreementFields `yaml:"onCall,omitempty"`
	Product     *agreementFields `yaml:"product,omitempty"`
}

type agreementFields struct {
	Name string `yaml:"name"`
	Date plain  `yaml:"date"`
}

type linkFields struct {
	Runbook    string   `yaml:"runbook,omitempty"`
	Repository string   `yaml:"repository,omitempty"`
	Channel    string   `yaml:"channel,omitempty"`
	Dashboards []string `yaml:"dashboards,omitempty"`
}

type commitmentFields struct {
	Target   number   `yaml:"target"`
	From     plain    `yaml:"from"`
	Reason   string   `yaml:"reason,omitempty"`
	AgreedBy []string `yaml:"agreedBy,omitempty"`
}

type alertingFields struct {
	Page   []conditionFields `yaml:"page,omitempty"`
	Ticket []conditionFields `yaml:"ticket,omitempty"`
}

type conditionFields struct {
	BurnRate     number `yaml:"burnRate,omitempty"`
	Budget       number `yaml:"budget,omitempty"`
	Long         string `yaml:"long"`
	Short        string `yaml:"short"`
	MinBadEvents number `yaml:"minBadEvents,omitempty"`
}

type consequenceFields struct {
	RemainingBelow number `yaml:"remainingBelow"`
	Action         string `yaml:"action"`
	Until          string `yaml:"until,omitempty"`
}

// promiseOf is the document of a promise about an SLO, or one of its objectives.
func promiseOf(s slo.SLO, p *slo.Promise, objective string) promiseDocument {
	f := promiseFields{
		SLO: s.Name, Objective: objective, Owner: ownerFields(p.Owner), Reason: p.Reason,
		Links: linkFields(p.Links), DependsOn: p.DependsOn,
		Agreed: agreedFields{agreementOf(s, p, slo.Engineering), agreementOf(s, p, slo.OnCall), agreementOf(s, p, slo.Product)},
	}
	f.Alerting = alertingFields{conditionsOf(slo.Page, p.BurnConditions), conditionsOf(slo.Ticket, p.BurnConditions)}
	for _, c := range p.History {
		f.History = append(f.History, commitmentFields{number(c.Target), dateOf(s, c.From), c.Reason, c.AgreedBy})
	}
	for _, c := range p.Policy {
		f.Policy = append(f.Policy, consequenceFields{number(c.RemainingBelow), c.Action, c.Until})
	}
	return promiseDocument{header{promiseVersion, promiseKind}, metadataFields{Name: p.Name}, f}
}

func conditionsOf(severity slo.Severity, conditions []slo.BurnCondition) []conditionFields {
	var fields []conditionFields
	for _, c := range conditions {
		if c.Severity != severity {
			continue
		}
		fields = append(fields, conditionFields{
			number(c.BurnRate), number(c.Share), model.Duration(c.Long).String(), model.Duration(c.Short).String(), number(c.MinBadEvents),
		})
	}
	return fields
}

func agreementOf(s slo.SLO, p *slo.Promise, who string) *agreementFields {
	a, ok := p.Agreed[who]
	if !ok {
		return nil
	}
	return &agreementFields{a.Name, dateOf(s, a.Date)}
}

// dateOf is a day where the time is its beginning in the time zone in which
// days are read.
func dateOf(s slo.SLO, t time.Time) plain {
	year, month, day := t.In(zone(s.Window)).Date()
	if d := (date{time: time.Date(year, month, day, 0, 0, 0, 0, time.UTC), day: true}); d.in(zone(s.Window)).Equal(t) {
		return plain(d.time.Format(time.DateOnly))
	}
	return plain(t.UTC().Format(time.RFC3339Nano))
}
