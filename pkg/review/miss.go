// Package review finds the misses of SLOs, what is known of each, and how far its
// review has come. It is pure.
//
// Its words: a miss is a calendar window that was missed, or an overspend of a rolling
// one; its facts are what the ledger says about it; it is followed up once the change
// that its review names is in place.
package review

import (
	"math"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Miss describes a miss of one objective and group.
type Miss struct {
	Entry budget.Entry
	slo.MissID
	// Ended tells when the overspend ended, nil while it goes on; of a calendar window
	// it is the end.
	Ended *time.Time
	// Window (From, To] that the verdict is about: the calendar window, or the rolling
	// one that ended when most was consumed.
	From, To time.Time
	budget.Verdict
	// Review of the miss, nil if there is none.
	Review *slo.Review
}

// State says how far the review of a miss has come.
type State string

// The states, from the one that most needs attention.
const (
	// Unreviewed: there is no review.
	Unreviewed State = "unreviewed"
	// NoChange: the review names no valid change.
	NoChange State = "no_change"
	// Late: the change was not in place in time.
	Late State = "late"
	// ChangeOpen: the change is not in place yet, and not due.
	ChangeOpen State = "change_open"
	// InPlace: the change was in place in time.
	InPlace State = "in_place"
)

// States returns all states, the one that most needs attention first.
func States() []State { return []State{Unreviewed, NoChange, Late, ChangeOpen, InPlace} }

// Of returns the misses of an entry that ended after a time or go on, the latest
// first. A window of which it is not known whether it was missed is none.
func Of(e budget.Entry, from, now time.Time, o budget.Options) []Miss {
	if e.Account == nil {
		return nil
	}
	evaluation := e.At(now, o)
	if e.SLO.Window.Calendar {
		return windows(e, evaluation, from)
	}
	return overspends(e, evaluation, from)
}

func windows(e budget.Entry, evaluation *budget.Evaluation, from time.Time) []Miss {
	var all []Miss
	for c := range evaluation.ClosedWindows(e.TargetAt) {
		if !c.End.After(from) {
			break
		}
		if c.Met == nil || *c.Met {
			continue
		}
		m := Miss{Entry: e, MissID: slo.MissID{Start: c.Start, End: c.End}, Ended: &c.End, From: c.Start, To: c.End, Verdict: c.Verdict}
		all = append(all, m.withReview())
	}
	return all
}

// overspends looks for them from a window earlier on, so that their starts do not
// depend on from.
func overspends(e budget.Entry, evaluation *budget.Evaluation, from time.Time) []Miss {
	var all []Miss
	earlier, _ := e.SLO.Window.At(from)
	for _, o := range evaluation.Overspends(earlier, e.TargetAt) {
		if o.End.Before(from) || o.Met == nil {
			continue
		}
		start, end := e.SLO.Window.At(o.At)
		m := Miss{Entry: e, MissID: slo.MissID{Start: o.Start.UTC().Truncate(time.Second)}, From: start, To: end, Verdict: o.Verdict}
		if !o.Open {
			ended := o.End.UTC().Truncate(time.Second)
			m.Ended = &ended
		}
		if m = m.withReview(); m.Review == nil && !o.Start.After(earlier) {
			m = m.withEarlierReview()
		}
		all = append(all, m)
	}
	return all
}

// withEarlierReview returns an overspend that began before the account was looked at,
// with the last review of one that began until then.
func (m Miss) withEarlierReview() Miss {
	for i, r := range m.Entry.SLO.Reviews {
		if r.Objective == m.Entry.Objective.Name && r.Miss.IsOverspend() && !r.Miss.Start.After(m.Start) {
			m.Review = &m.Entry.SLO.Reviews[i]
			m.MissID = r.Miss
		}
	}
	return m
}

func (m Miss) withReview() Miss {
	m.Review = m.Entry.SLO.ReviewOf(m.Entry.Objective, m.MissID)
	return m
}

// Reach returns how far back an account should go to know the misses that ended after
// from.
func Reach(t budget.Terms, from, now time.Time) time.Time {
	start, _ := t.Window.At(from)
	return t.ReachSince(start, now)
}

// AlertSince returns from when on misses are followed up: a change that is late by a
// whole window is still reported, older ones are history.
func AlertSince(w slo.Window, now time.Time) time.Time {
	start, _ := w.At(now)
	for range 2 {
		start, _ = w.Before(start)
	}
	return start
}

// maxReviewTime bounds the time in which a miss is to be reviewed.
const maxReviewTime = 14 * 24 * time.Hour

// ReviewDue returns by when the miss is to be reviewed: within half a window, so that
// there is time for the change, and within two weeks.
func (m Miss) ReviewDue() time.Time {
	known := m.Known()
	return known.Add(min(maxReviewTime, m.Entry.SLO.Window.Period.Add(known, 1).Sub(known)/2))
}

// State returns how far the review had come at a time: what took place later had not
// yet.
func (m Miss) State(now time.Time) State {
	switch {
	case m.Review == nil || m.Review.Held.After(now):
		return Unreviewed
	case m.Review.Change == nil:
		return NoChange
	}
	deadline, done := m.Review.Change.Deadline(), m.doneBy(now)
	switch {
	case !done.IsZero() && done.Before(deadline):
		return InPlace
	case !done.IsZero() || !now.Before(deadline):
		return Late
	default:
		return ChangeOpen
	}
}

// doneBy returns since when the change was in place at a time, zero if it was not.
func (m Miss) doneBy(now time.Time) time.Time {
	if done := m.Review.Change.Done; !done.After(now) {
		return done
	}
	return time.Time{}
}

// OverdueDays returns by how many days the review or its change is overdue, 0 if it is
// not.
func (m Miss) OverdueDays(now time.Time) float64 {
	due := m.ReviewDue()
	switch state := m.State(now); {
	case state == InPlace, state == ChangeOpen, state == Late && !m.doneBy(now).IsZero():
		return 0
	case state == Late:
		due = m.Review.Change.Deadline()
	}
	return math.Max(0, now.Sub(due).Hours()/24)
}

// WorstOverdue returns the most days by which something about the entry's misses is
// overdue, 0 if nothing is; ok is false if that is not known.
func WorstOverdue(e budget.Entry, now time.Time, o budget.Options) (days float64, ok bool) {
	if e.Account == nil || e.Err != nil || e.Account.Since().IsZero() {
		return 0, false
	}
	for _, m := range Of(e, AlertSince(e.SLO.Window, now), now, o) {
		days = max(days, m.OverdueDays(now))
	}
	return days, true
}
