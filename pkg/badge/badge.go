// Package badge draws how a promise is kept as a small SVG image, for READMEs and
// homepages. It is pure.
package badge

import (
	"iter"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Shown selects what a badge shows.
type Shown string

// What a badge shows.
const (
	// ShowBudget: the state, and the budget that is left.
	ShowBudget Shown = "budget"
	// ShowStreak: how many windows were kept in a row, and nothing that changes by the
	// hour.
	ShowStreak Shown = "streak"
)

// Badge contains the words of a badge.
type Badge struct {
	// Label says what it is about, and Message how that does.
	Label, Message string
	// Description says it in full, for those who do not see it.
	Description string
	tone        tone
}

// Question asks for the badge of some promises.
type Question struct {
	// Label replaces the title of the SLO; empty keeps it.
	Label string
	Show  Shown
	Now   time.Time
	// Refused reports that a definition that may be meant cannot be read.
	Refused bool
}

// Span returns the span that the accounts of the entries must cover.
func (q Question) Span() budget.Span {
	return func(t budget.Terms) (from, to time.Time) {
		if q.Show == ShowStreak {
			return t.StreakReach(q.Now), q.Now
		}
		return t.Reach(q.Now), q.Now
	}
}

// Of returns the badge of entries: that of the one that does worst.
func (q Question) Of(entries iter.Seq[budget.Entry]) Badge {
	var worst *candidate
	slos := map[string]slo.SLO{}
	for e := range entries {
		slos[e.SLO.ID()] = e.SLO
		if c := q.candidate(e); worst == nil || c.isWorse(*worst) {
			worst = &c
		}
	}
	b := Badge{Message: "not known", tone: unknown}
	if worst != nil && !q.Refused {
		b = worst.badge(q)
	}
	b.Label = q.label(slos)
	b.Description = b.Label + ": " + b.Message + ", as of " + human.Time(q.Now) + "."
	return b
}

// label returns what the badge is about.
func (q Question) label(slos map[string]slo.SLO) string {
	if q.Label != "" {
		return q.Label
	}
	for _, s := range slos {
		if len(slos) == 1 {
			return s.Title()
		}
	}
	return human.Count(len(slos), "promise")
}

// candidate contains what a badge might be about.
type candidate struct {
	budget.Status
	streak   budget.Streak
	known    bool
	calendar bool
}

func (q Question) candidate(e budget.Entry) candidate {
	c := candidate{Status: budget.Status{State: budget.StateNoData}, calendar: e.SLO.Window.Calendar}
	if e.Account == nil || e.Err != nil {
		return c
	}
	evaluation := e.At(q.Now, budget.Options{})
	c.Status = evaluation.Summary()
	if q.Show == ShowStreak {
		c.streak = evaluation.Streak(e.Terms().StreakFrom(q.Now), e.TargetAt)
		c.known = c.streak.Kept > 0 || c.streak.AfterMiss
		return c
	}
	c.known = c.State != budget.StateNoData && c.Budget.Remaining.OK()
	return c
}

// isWorse reports whether a candidate does worse than another. What is not known may do
// worse than anything.
func (c candidate) isWorse(other candidate) bool {
	switch {
	case c.known != other.known:
		return !c.known
	case c.streak != other.streak:
		return c.streak.Kept < other.streak.Kept
	}
	return c.urgency().Compare(other.urgency()) < 0
}

// urgency returns how urgent the candidate is, whoever is called for it.
func (c candidate) urgency() budget.Urgency {
	return budget.Urgency{State: c.State, Remaining: c.Budget.Remaining}
}

func (c candidate) badge(q Question) Badge {
	switch {
	case !c.known:
		return Badge{Message: "not known", tone: unknown}
	case q.Show == ShowStreak:
		return c.streakBadge()
	}
	left := human.RemainingBudget(c.Budget.Remaining.Or(0)) + " of budget left"
	switch c.State {
	case budget.StateOK:
		return Badge{Message: left, tone: good}
	case budget.StateAtRisk:
		return Badge{Message: "at risk, " + left, tone: warning}
	case budget.StateBurning:
		return Badge{Message: "burning, " + left, tone: warning}
	default:
		return Badge{Message: "out of budget", tone: bad}
	}
}

func (c candidate) streakBadge() Badge {
	switch {
	case c.streak.Kept > 0:
		return Badge{Message: c.streak.String(), tone: good}
	case c.calendar:
		return Badge{Message: "last window missed", tone: bad}
	case c.streak.Since.IsZero():
		return Badge{Message: "out of budget", tone: bad}
	default:
		return Badge{Message: "in budget since " + c.streak.Since.UTC().Format("2 January 2006"), tone: neutral}
	}
}
