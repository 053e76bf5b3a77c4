package promise

import (
	"cmp"
	"fmt"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

type document struct {
	APIVersion string         `yaml:"apiVersion"`
	Kind       string         `yaml:"kind"`
	Metadata   metadataFields `yaml:"metadata"`
	Spec       any            `yaml:"spec"`
}

type metadataFields struct {
	Name string `yaml:"name"`
}

// newDocument returns the document of a kind.
func newDocument(k format.Kind, name string, spec any) document {
	return document{APIVersion: version, Kind: k.Name, Metadata: metadataFields{Name: name}, Spec: spec}
}

type specFields struct {
	SLO        string              `yaml:"slo"`
	Objective  string              `yaml:"objective,omitempty"`
	Owner      ownerFields         `yaml:"owner,omitempty"`
	Agreed     agreedFields        `yaml:"agreed,omitempty"`
	Reason     string              `yaml:"reason,omitempty"`
	Links      linkFields          `yaml:"links,omitempty"`
	DependsOn  []string            `yaml:"dependsOn,omitempty"`
	Changes    string              `yaml:"changes,omitempty"`
	Alerting   alertingFields      `yaml:"alerting,omitempty"`
	Considered *rangeFields        `yaml:"considered,omitempty"`
	History    []commitmentFields  `yaml:"history,omitempty"`
	Policy     []consequenceFields `yaml:"policy,omitempty"`
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
	Name string        `yaml:"name"`
	Date yamldoc.Plain `yaml:"date"`
}

type linkFields struct {
	Runbook    string   `yaml:"runbook,omitempty"`
	Repository string   `yaml:"repository,omitempty"`
	Channel    string   `yaml:"channel,omitempty"`
	Dashboards []string `yaml:"dashboards,omitempty"`
}

type rangeFields struct {
	Lowest  yamldoc.Number `yaml:"lowest"`
	Highest yamldoc.Number `yaml:"highest"`
}

type commitmentFields struct {
	Target   yamldoc.Number `yaml:"target"`
	From     yamldoc.Plain  `yaml:"from"`
	Reason   string         `yaml:"reason,omitempty"`
	AgreedBy []string       `yaml:"agreedBy,omitempty"`
}

type alertingFields struct {
	Page   []conditionFields `yaml:"page,omitempty"`
	Ticket []conditionFields `yaml:"ticket,omitempty"`
}

type conditionFields struct {
	BurnRate     yamldoc.Number `yaml:"burnRate,omitempty"`
	Budget       yamldoc.Number `yaml:"budget,omitempty"`
	Long         string         `yaml:"long"`
	Short        string         `yaml:"short"`
	MinBadEvents yamldoc.Number `yaml:"minBadEvents,omitempty"`
}

type consequenceFields struct {
	RemainingBelow yamldoc.Number `yaml:"remainingBelow"`
	Action         string         `yaml:"action"`
	Blocks         []string       `yaml:"blocks,omitempty"`
	Until          any            `yaml:"until,omitempty"`
}

type remainingFields struct {
	Remaining yamldoc.Number `yaml:"remaining"`
}

// New returns the document of a promise about an SLO, or one of its objectives,
// to be marshalled.
func New(s slo.SLO, p *slo.Promise, objective string) any {
	f := specFields{
		SLO: s.StableID(), Objective: objective, Owner: ownerFields(p.Owner), Reason: p.Reason,
		Links: linkFields(p.Links), DependsOn: p.DependsOn,
		Agreed: agreedFields{
			Engineering: newAgreement(s, p, slo.Engineering), OnCall: newAgreement(s, p, slo.OnCall), Product: newAgreement(s, p, slo.Product),
		},
		Alerting: alertingFields{Page: newConditions(slo.Page, p.BurnConditions), Ticket: newConditions(slo.Ticket, p.BurnConditions)},
	}
	if r := p.Considered; r != nil {
		f.Considered = &rangeFields{Lowest: yamldoc.Number(r.Lowest), Highest: yamldoc.Number(r.Highest)}
	}
	for _, c := range p.History {
		f.History = append(f.History, commitmentFields{Target: yamldoc.Number(c.Target), From: newDate(s, c.From), Reason: c.Reason, AgreedBy: c.AgreedBy})
	}
	for _, c := range p.Policy {
		f.Policy = append(f.Policy, consequenceFields{RemainingBelow: yamldoc.Number(c.RemainingBelow), Action: c.Action, Blocks: c.Blocks, Until: newUntil(c.Until)})
	}
	if p.Changes != nil {
		f.Changes = p.Changes.Expr
	}
	return newDocument(kind, cmp.Or(p.Name, s.Name), f)
}

// newUntil returns what is written for the end of a consequence, nil for none.
func newUntil(u slo.Until) any {
	switch {
	case u.Window:
		return slo.UntilWindow
	case u.Remaining > 0:
		return remainingFields{yamldoc.Number(u.Remaining)}
	case u.Text != "":
		return u.Text
	}
	return nil
}

func newConditions(severity slo.Severity, conditions []slo.BurnCondition) []conditionFields {
	var fields []conditionFields
	for _, c := range conditions {
		if c.Severity != severity {
			continue
		}
		fields = append(fields, conditionFields{
			BurnRate: yamldoc.Number(c.BurnRate), Budget: yamldoc.Number(c.Share),
			Long: newLookback(c.Long), Short: newLookback(c.Short),
			MinBadEvents: yamldoc.Number(c.MinBadEvents),
		})
	}
	return fields
}

// newLookback returns a length in the longest unit of which it is a whole number.
func newLookback(d time.Duration) string {
	for _, unit := range []struct {
		length time.Duration
		name   string
	}{{7 * 24 * time.Hour, "w"}, {24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "m"}} {
		if d%unit.length == 0 {
			return fmt.Sprintf("%d%s", d/unit.length, unit.name)
		}
	}
	return fmt.Sprintf("%ds", d/time.Second)
}

func newAgreement(s slo.SLO, p *slo.Promise, who string) *agreementFields {
	a, ok := p.Agreed[who]
	if !ok {
		return nil
	}
	return &agreementFields{Name: a.Name, Date: newDate(s, a.Date)}
}

// newDate returns a day where the time is its beginning in the time zone in which
// days are read.
func newDate(s slo.SLO, t time.Time) yamldoc.Plain {
	zone := zoneOf(s.Window)
	year, month, day := t.In(zone).Date()
	if d := (date{time: time.Date(year, month, day, 0, 0, 0, 0, time.UTC), day: true}); d.in(zone).Equal(t) {
		return yamldoc.Plain(d.time.Format(time.DateOnly))
	}
	return newTime(t)
}
