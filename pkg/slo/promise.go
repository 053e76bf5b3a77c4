package slo

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// The three who have to agree to a promise.
const (
	Engineering = "engineering"
	OnCall      = "onCall"
	Product     = "product"
)

// Signatories returns the three who have to agree to a promise, in order.
func Signatories() []string { return []string{Engineering, OnCall, Product} }

// Promise makes an objective more than a number: it says who answers for it, who
// agreed to it and why. An SLO without one works all the same; the methods of a
// nil Promise say what holds then.
type Promise struct {
	// Name of its document.
	Name  string
	Owner Owner
	// Who agreed, by signatory.
	Agreed map[string]Agreement
	// Why the target is what it is.
	Reason string
	Links  Links
	// Names of the services that the promise rests on.
	DependsOn []string
	// Burn conditions that the author gave. A severity without any has the
	// defaults, see SLO.Conditions.
	BurnConditions []BurnCondition
	// Targets that the team weighed before it agreed; nil if that is not known.
	Considered *TargetRange
	// Targets that were promised, the oldest first.
	History []Commitment
	// What happens when the budget runs low.
	Policy []Consequence
	// Series that change, or begin, when the service is changed, such as its
	// version or a count of deploys; nil if the author named none.
	Changes *Query
	Source  Position
}

// Owner names who answers for a promise, and how to reach them.
type Owner struct{ Team, Contact string }

// Agreement names who agreed to a promise, and when.
type Agreement struct {
	Name string
	Date time.Time
}

// Links holds the addresses of what belongs to a promise; empty where there is
// none. All are http or https.
type Links struct {
	Runbook, Repository, Channel string
	Dashboards                   []string
}

// TargetRange describes the targets from Lowest to Highest, both of them included.
type TargetRange struct{ Lowest, Highest float64 }

// Includes reports whether a target lies in the range.
func (r TargetRange) Includes(target float64) bool { return r.Lowest <= target && target <= r.Highest }

// Commitment records a target and from when on it was promised.
type Commitment struct {
	Target float64
	From   time.Time
	Reason string
	// Names of those who agreed to it.
	AgreedBy []string
}

// Missing returns the signatories that have not agreed.
func (p *Promise) Missing() []string {
	return slices.DeleteFunc(Signatories(), func(who string) bool {
		if p == nil {
			return false
		}
		_, agreed := p.Agreed[who]
		return agreed
	})
}

// Signed reports whether all signatories have agreed.
func (p *Promise) Signed() bool { return len(p.Missing()) == 0 }

// Drift returns the target that was promised last, and whether the objective's
// target is another. Without a history there is no drift.
func (p *Promise) Drift(o Objective) (promised float64, drifted bool) {
	if p == nil || len(p.History) == 0 {
		return o.Target, false
	}
	promised = p.History[len(p.History)-1].Target
	return promised, promised != o.Target
}

// TargetAt returns the target of the objective that was in force at t: the newest
// of the history that had begun, the first before that, and the objective's own
// without a history.
func (p *Promise) TargetAt(o Objective, t time.Time) float64 {
	if p == nil || len(p.History) == 0 {
		return o.Target
	}
	target := p.History[0].Target
	for _, c := range p.History {
		if c.From.After(t) {
			break
		}
		target = c.Target
	}
	return target
}

// PromiseOf returns the promise about an objective: its own, else that of the
// whole SLO, else nil.
func (s SLO) PromiseOf(o Objective) *Promise {
	if o.Promise != nil {
		return o.Promise
	}
	return s.Promise
}

// TargetAt returns the target of an objective that was in force at t.
func (s SLO) TargetAt(o Objective, t time.Time) float64 { return s.PromiseOf(o).TargetAt(o, t) }

// Validate returns an error unless those who agreed are signatories, the history
// and the range that was considered are in order with valid targets, and the
// policy's shares are distinct. It joins an *Invalid for each fault.
func (p *Promise) Validate() error {
	if p == nil {
		return nil
	}
	return errors.Join(slices.Concat(p.invalidAgreements(), p.invalidRange(), p.invalidHistory(), p.invalidPolicy())...)
}

func (p *Promise) invalidAgreements() (errs []error) {
	for _, who := range slices.Sorted(maps.Keys(p.Agreed)) {
		a, field := p.Agreed[who], "Agreed."+who
		if !slices.Contains(Signatories(), who) {
			errs = append(errs, &Invalid{Field: field, What: fmt.Sprintf("%q is not asked to agree", who), Hint: "use one of " + strings.Join(Signatories(), ", ")})
		}
		if strings.TrimSpace(a.Name) == "" {
			errs = append(errs, &Invalid{Field: field + ".Name", What: "an agreement has no name", Hint: "say who agreed"})
		}
	}
	return errs
}

func (p *Promise) invalidRange() (errs []error) {
	r := p.Considered
	if r == nil {
		return nil
	}
	errs = append(errs, within("Considered.Lowest", ValidateTarget(r.Lowest)), within("Considered.Highest", ValidateTarget(r.Highest)))
	if r.Lowest > r.Highest {
		errs = append(errs, &Invalid{Field: "Considered.Highest", What: "is less than lowest", Hint: "write the lowest and the highest target that you weighed"})
	}
	return errs
}

func (p *Promise) invalidHistory() (errs []error) {
	for i, c := range p.History {
		field := fmt.Sprintf("History[%d]", i)
		errs = append(errs, within(field+".Target", ValidateTarget(c.Target)))
		if i > 0 && !c.From.After(p.History[i-1].From) {
			errs = append(errs, &Invalid{Field: field + ".From", What: "is not later than that of the item before", Hint: "write the history in order, the newest target last"})
		}
	}
	return errs
}

// OwnerOf returns who answers for an objective: the owner of the promise about
// it, else the SLO's label owner, else its team.
func (s SLO) OwnerOf(o Objective) string {
	var owner string
	if p := s.PromiseOf(o); p != nil {
		owner = p.Owner.Team
	}
	return cmp.Or(owner, s.Labels["owner"], s.Team())
}
