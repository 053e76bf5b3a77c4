package slo

import (
	"slices"
	"time"
)

// Severity says how soon somebody must look at an alert.
type Severity string

// The severities of the Google SRE Workbook, chapter 5.
const (
	Page   Severity = "page"   // at once
	Ticket Severity = "ticket" // during office hours
)

// Severities returns all severities, the most urgent first.
func Severities() []Severity { return []Severity{Page, Ticket} }

// BurnCondition describes a multiwindow burn-rate alert condition: it holds
// while the error budget burns faster than a burn rate over the long window and
// over the short one.
type BurnCondition struct {
	Severity Severity
	// BurnRate that both windows must exceed, above 0. An author writes either it
	// or Share; AtWindow sets it in any case.
	BurnRate float64
	// Share of the error budget, above 0 and at most 1, that is consumed if the
	// long window burns at BurnRate from its start to its end.
	Share float64
	// Long and Short are the lookbacks, Long at least as long as Short.
	Long, Short time.Duration
	// Least number of bad events over the long window; 0 asks for none. It keeps
	// single errors of little traffic from firing.
	MinBadEvents float64
}

// AtWindow returns the condition with the burn rate it has in an SLO window of a
// length: its own, or Share x window / Long. Other SLO windows thus change the
// burn rate alone, not the lookbacks. A burn rate made of a share is at least 1,
// since what burns slower leaves budget at the window's end and needs nobody's
// attention.
func (c BurnCondition) AtWindow(window time.Duration) BurnCondition {
	if c.BurnRate <= 0 {
		c.BurnRate = max(1, c.Share*float64(window)/float64(c.Long))
	}
	return c
}

// DefaultBurnConditions returns the conditions of the Google SRE Workbook,
// chapter 5, table 5-8, and a ticket over one day: in a 30-day window their burn
// rates are 14.4, 6, 3 and 1.
func DefaultBurnConditions() []BurnCondition {
	return []BurnCondition{
		{Severity: Page, Share: 0.02, Long: time.Hour, Short: 5 * time.Minute},
		{Severity: Page, Share: 0.05, Long: 6 * time.Hour, Short: 30 * time.Minute},
		{Severity: Ticket, Share: 0.10, Long: 24 * time.Hour, Short: 2 * time.Hour},
		{Severity: Ticket, Share: 0.10, Long: 72 * time.Hour, Short: 6 * time.Hour},
	}
}

// Conditions returns the burn conditions of an objective, pages first: those of its
// promise, and for each severity of which that has none, those of Alerting or else
// the defaults.
func (s SLO) Conditions(o Objective) []BurnCondition {
	var promised []BurnCondition
	if p := s.PromiseOf(o); p != nil {
		promised = p.BurnConditions
	}
	var all []BurnCondition
	for _, severity := range Severities() {
		for _, conditions := range [][]BurnCondition{promised, s.Alerting.BurnConditions, DefaultBurnConditions()} {
			if own := onlyOf(severity, conditions); len(own) > 0 {
				all = append(all, own...)
				break
			}
		}
	}
	return all
}

func onlyOf(s Severity, all []BurnCondition) []BurnCondition {
	return slices.DeleteFunc(slices.Clone(all), func(c BurnCondition) bool { return c.Severity != s })
}
