package promise

import (
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

type reviewFields struct {
	SLO       string           `yaml:"slo"`
	Objective string           `yaml:"objective"`
	Window    *windowFields    `yaml:"window,omitempty"`
	Overspend *overspendFields `yaml:"overspend,omitempty"`
	Held      yamldoc.Plain    `yaml:"held"`
	Answers   answersFields    `yaml:"answers"`
	Learned   string           `yaml:"learned"`
	Change    changeFields     `yaml:"change,omitempty"`
	Report    string           `yaml:"report,omitempty"`
}

type windowFields struct {
	Start yamldoc.Plain `yaml:"start"`
	End   yamldoc.Plain `yaml:"end"`
}

type overspendFields struct {
	Start yamldoc.Plain `yaml:"start"`
}

type answersFields struct {
	Target       answerFields `yaml:"target"`
	Dependencies answerFields `yaml:"dependencies"`
	Cadence      answerFields `yaml:"cadence"`
	Detection    answerFields `yaml:"detection"`
}

type answerFields struct {
	Verdict slo.Verdict `yaml:"verdict"`
	Note    string      `yaml:"note"`
}

type changeFields struct {
	Kind     slo.ChangeKind `yaml:"kind,omitempty"`
	What     string         `yaml:"what,omitempty"`
	Owner    string         `yaml:"owner,omitempty"`
	Due      yamldoc.Plain  `yaml:"due,omitempty"`
	Done     yamldoc.Plain  `yaml:"done,omitempty"`
	Evidence string         `yaml:"evidence,omitempty"`
}

// NewReview returns the document of a review of an SLO, to be marshalled.
func NewReview(s slo.SLO, r slo.Review) any {
	f := reviewFields{
		SLO: s.StableID(), Objective: r.Objective, Held: newDate(s, r.Held), Learned: r.Learned, Report: r.Report,
		Answers: answersFields{
			Target: answerFields(r.Answers.Target), Dependencies: answerFields(r.Answers.Dependencies),
			Cadence: answerFields(r.Answers.Cadence), Detection: answerFields(r.Answers.Detection),
		},
	}
	if r.Miss.IsOverspend() {
		f.Overspend = &overspendFields{Start: newDate(s, r.Miss.Start)}
	} else {
		f.Window = &windowFields{Start: newDate(s, r.Miss.Start), End: newDate(s, r.Miss.End)}
	}
	if c := r.Change; c != nil {
		f.Change = changeFields{Kind: c.Kind, What: c.What, Owner: c.Owner, Due: newDay(s, c.Due), Evidence: c.Evidence}
		if !c.Done.IsZero() {
			f.Change.Done = newDate(s, c.Done)
		}
	}
	return newDocument(reviewKind, r.Name, f)
}

type overrideFields struct {
	SLO        string        `yaml:"slo,omitempty"`
	Service    string        `yaml:"service,omitempty"`
	Actions    []string      `yaml:"actions"`
	From       yamldoc.Plain `yaml:"from"`
	To         yamldoc.Plain `yaml:"to"`
	Reason     string        `yaml:"reason"`
	ApprovedBy []string      `yaml:"approvedBy"`
}

// NewOverride returns the document of an override about an SLO, or about its service,
// to be marshalled.
func NewOverride(s slo.SLO, o slo.Override) any {
	f := overrideFields{Service: o.Service, Actions: o.Actions, From: newTime(o.From), To: newTime(o.To), Reason: o.Reason, ApprovedBy: o.ApprovedBy}
	if o.Service == "" {
		f.SLO = s.StableID()
	}
	return newDocument(overrideKind, o.Name, f)
}

// newDay returns the day that begins at a time. Where clocks are set forward at
// midnight, time.Date takes an hour earlier for that.
func newDay(s slo.SLO, t time.Time) yamldoc.Plain {
	return yamldoc.Plain(t.In(zoneOf(s.Window)).Add(2 * time.Hour).Format(time.DateOnly))
}

// newTime returns a moment.
func newTime(t time.Time) yamldoc.Plain {
	return yamldoc.Plain(t.UTC().Format(time.RFC3339Nano))
}
