package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/human"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// promiseFields contains what makes an objective a promise. All of it is null for a
// definition that was refused.
type promiseFields struct {
	Owner   *string `json:"owner"`
	Contact *string `json:"contact"`
	// Signed says whether everyone who has to agree has agreed. AgreedBy lists
	// who has, Missing who has not.
	Signed   *bool       `json:"signed"`
	AgreedBy []agreement `json:"agreedBy"`
	Missing  []string    `json:"missing"`
	// PromisedTarget was promised last. Drift says that the definition has another
	// target.
	PromisedTarget *float64 `json:"promisedTarget"`
	Drift          *bool    `json:"drift"`
	// Considered has the targets that were weighed.
	Considered *consideredRange `json:"considered"`
	// The policy asks for Due at the present budget.
	Due   *string   `json:"due"`
	Links addresses `json:"links"`
}

type consideredRange struct {
	Lowest  float64 `json:"lowest"`
	Highest float64 `json:"highest"`
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

// promiseFields returns what the promise about the objective says.
func (r result) promiseFields() promiseFields {
	if r.objective == nil {
		return promiseFields{}
	}
	p := r.SLO.PromiseOf(*r.objective)
	promised, drifted := p.Drift(*r.objective)
	w := promiseFields{
		Owner: textOrNil(r.SLO.OwnerOf(*r.objective)), Signed: new(p.Signed()), Missing: append([]string{}, p.Missing()...),
		AgreedBy: []agreement{}, Drift: &drifted,
	}
	if p == nil {
		return w
	}
	if len(p.History) > 0 {
		w.PromisedTarget = &promised
	}
	if p.Considered != nil {
		w.Considered = new(consideredRange(*p.Considered))
	}
	for _, who := range slo.Signatories() {
		if a, ok := p.Agreed[who]; ok {
			w.AgreedBy = append(w.AgreedBy, agreement{who, a.Name, a.Date.Format(time.DateOnly)})
		}
	}
	w.Contact = textOrNil(p.Owner.Contact)
	w.Links = addresses{textOrNil(p.Links.Runbook), textOrNil(p.Links.Repository), textOrNil(p.Links.Channel), p.Links.Dashboards}
	return w
}

// promiseNotices returns sentences that say what keeps the objective from being a
// promise that everyone has made.
func (r result) promiseNotices() []string {
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

// due returns what the policy asks for, nil if that is nothing or not known.
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

// textOrNil returns nil for an empty text.
func textOrNil(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
