package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/human"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// pledge is what makes a row's objective a promise; all of it is null for a
// definition that was refused.
type pledge struct {
	Owner   *string `json:"owner"`
	Contact *string `json:"contact"`
	// Signed says whether all who have to agree have: those in AgreedBy, and
	// none in Missing.
	Signed   *bool       `json:"signed"`
	AgreedBy []agreement `json:"agreedBy"`
	Missing  []string    `json:"missing"`
	// PromisedTarget is the one that was promised last; Drift says that the
	// definition has another.
	PromisedTarget *float64 `json:"promisedTarget"`
	Drift          *bool    `json:"drift"`
	// Due is what the policy asks for with as much of the budget as is left.
	Due   *string   `json:"due"`
	Links addresses `json:"links"`
}

type agreement struct {
	For  string `json:"for"`
	Name string `json:"name"`
	Date string `json:"date"`
}

type addresses struct {
	Runbook    *string  `json:"runbook"`
	Repository *string  `json:"repository"`
	Channel    *string  `json:"channel"`
	Dashboards []string `json:"dashboards"`
}

// pledged is what the promise about the result's objective says.
func (r result) pledged() pledge {
	if r.objective == nil {
		return pledge{}
	}
	p := r.SLO.PromiseOf(*r.objective)
	promised, drifted := p.Drift(*r.objective)
	w := pledge{
		Owner: text(r.SLO.OwnerOf(*r.objective)), Signed: new(p.Signed()), Missing: append([]string{}, p.Missing()...),
		AgreedBy: []agreement{}, Drift: &drifted,
	}
	if p == nil {
		return w
	}
	if len(p.History) > 0 {
		w.PromisedTarget = &promised
	}
	for _, who := range slo.Signatories() {
		if a, ok := p.Agreed[who]; ok {
			w.AgreedBy = append(w.AgreedBy, agreement{who, a.Name, a.Date.Format(time.DateOnly)})
		}
	}
	w.Contact = text(p.Owner.Contact)
	w.Links = addresses{text(p.Links.Runbook), text(p.Links.Repository), text(p.Links.Channel), p.Links.Dashboards}
	return w
}

// breaches are sentences that say what keeps the objective from being a promise
// that all have made.
func (r result) breaches() []string {
	if r.objective == nil {
		return nil
	}
	p := r.SLO.PromiseOf(*r.objective)
	var all []string
	switch {
	case p == nil:
		all = append(all, "Unsigned: no Promise document says who agreed to it.")
	case !p.Signed():
		all = append(all, fmt.Sprintf("Unsigned: not agreed to by %s.", strings.Join(p.Missing(), ", ")))
	}
	if promised, drifted := p.Drift(*r.objective); drifted {
		all = append(all, fmt.Sprintf("Drift: the target is %s, but %s was promised.", human.Target(r.objective.Target), human.Target(promised)))
	}
	return all
}

// due is what the policy asks for, nil if that is nothing or not known.
func (r result) due() *string {
	remaining := r.status.Budget.Remaining.Ptr()
	if r.err != nil || r.objective == nil || remaining == nil {
		return nil
	}
	if c := r.SLO.PromiseOf(*r.objective).Consequence(*remaining); c != nil {
		return &c.Action
	}
	return nil
}

// text is null where it is empty.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
