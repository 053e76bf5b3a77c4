package promise

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// reviewed identifies what a review is about.
type reviewed struct {
	slo, objective string
	start          int64
}

// completeReviews gives the SLOs their reviews. One that lacks nothing but a valid
// change is kept without it, so that it is shown as such.
func (c completion) completeReviews() []yamldoc.Problem {
	var problems []yamldoc.Problem
	first := map[reviewed]yamldoc.Place{}
	for _, e := range c.index.All(reviewKind.Name) {
		d, _ := e.Value.(reviewDraft)
		r := &yamldoc.Report{}
		if s, review := c.matchReview(d, r); review != nil {
			about := reviewed{s.ID(), review.Objective, review.Miss.Start.UnixNano()}
			if other, known := first[about]; known {
				r.Fail(d.missAt, "the same miss is reviewed at "+other.Position.String(), "remove one of the reviews")
			} else {
				first[about] = d.missAt
				s.Reviews = append(s.Reviews, *review)
			}
		}
		r.PutAside()
		problems = append(problems, r.Problems()...)
	}
	for _, all := range c.slos {
		for _, s := range all {
			slices.SortFunc(s.Reviews, func(a, b slo.Review) int { return a.Miss.Start.Compare(b.Miss.Start) })
		}
	}
	return problems
}

// matchReview returns the SLO and the review of a draft, nil if something other than
// the change is wrong, which is reported.
func (c completion) matchReview(d reviewDraft, r *yamldoc.Report) (*slo.SLO, *slo.Review) {
	s := c.findSLO(d.sloName, d.sloAt, "remove the review", r)
	if s == nil {
		return nil, nil
	}
	review := d.review
	review.Objective = d.findObjective(s, r)
	if d.start.time.IsZero() {
		return nil, nil
	}
	review.Miss = d.missIn(s.Window)
	review.Held = d.held.in(zoneOf(s.Window))
	d.checkMiss(review, s.Window, c.now, r)
	if d.failed || r.Failed() {
		return nil, nil
	}
	if review.Change != nil {
		review.Change = d.completeChange(review, s.Window, c.now, r)
	}
	return s, &review
}

// findObjective returns the name of the objective that was missed.
func (d reviewDraft) findObjective(s *slo.SLO, r *yamldoc.Report) string {
	if d.objective == "" {
		if len(s.Objectives) > 1 {
			r.Fail(d.sloAt, fmt.Sprintf("the SLO %q has %d objectives, and a miss belongs to one", s.Name, len(s.Objectives)), "write objective: "+strings.Join(objectiveNames(s), ", or "))
		}
		return s.Objectives[0].Name
	}
	if o := findObjective(s, d.objective, d.objectiveAt, r); o != nil {
		return o.Name
	}
	return ""
}

// checkMiss reports a miss that cannot be, or that has not been yet.
func (d reviewDraft) checkMiss(review slo.Review, w slo.Window, now time.Time, r *yamldoc.Report) {
	m := review.Miss
	if err := m.Validate(w); err != nil {
		format.Refuse(r, d.placeOf(err), err)
		return
	}
	switch {
	case m.Start.After(now):
		r.Fail(d.start.at, "lies in the future", "write a miss that has been")
	case m.End.After(now):
		r.Fail(d.missAt, "the window is not over before "+m.End.Format(time.RFC3339), "review it once it has closed")
	case d.held.time.IsZero():
	case review.Held.After(now):
		r.Fail(d.held.at, "lies in the future", "write the day on which the review took place, once it has")
	case d.isDayBefore(d.held, m.Start):
		r.Fail(d.held.at, "lies before what is reviewed", "write the day on which the review took place")
	case d.isDayBefore(d.held, m.Known()):
		r.Warn(d.held.at, "lies before the window was over, on "+m.Known().Format(time.DateOnly), "write the day on which the review took place; more may have burned after it")
	}
}

// isDayBefore reports whether all of a date is before a time.
func (reviewDraft) isDayBefore(d date, t time.Time) bool {
	end := d.in(t.Location())
	if d.day {
		end = end.AddDate(0, 0, 1)
	}
	return !end.After(t)
}

func (d reviewDraft) placeOf(err error) yamldoc.Place {
	if invalid, ok := errors.AsType[*slo.Invalid](err); ok {
		switch invalid.Field {
		case "Start":
			return d.start.at
		case "End":
			return d.end.at
		}
	}
	return d.missAt
}

// completeChange returns the change with its dates, nil if one of them is wrong,
// which is reported.
func (d reviewDraft) completeChange(review slo.Review, w slo.Window, now time.Time, r *yamldoc.Report) *slo.Change {
	change, zone := *review.Change, zoneOf(w)
	latest := review.Miss.DueAfter(w)
	change.Due = latest
	if !d.due.time.IsZero() {
		change.Due = d.due.dayIn(zone)
		d.checkDue(change, review, latest, r)
	}
	if !d.done.time.IsZero() {
		change.Done = d.done.in(zone)
	}
	switch {
	case change.Done.IsZero() && change.Evidence != "":
		r.Warn(d.evidenceAt, "shows nothing as long as done is missing", "write done: the day on which the change was in place")
	case change.Done.IsZero():
	case change.Done.After(now):
		r.Fail(d.done.at, "lies in the future", "write since when the change is in place, once it is")
	case d.isDayBefore(d.done, review.Miss.Start):
		r.Fail(d.done.at, "lies before what is reviewed", "write a change that follows from the miss")
	}
	if r.Failed() {
		return nil
	}
	return &change
}

// checkDue reports a day on which a change cannot be due, or had better not be.
func (d reviewDraft) checkDue(c slo.Change, review slo.Review, latest time.Time, r *yamldoc.Report) {
	switch known := review.Miss.Known(); {
	case d.isDayBefore(d.due, known):
		r.Fail(d.due.at, "lies before the miss was known, on "+known.Format(time.DateOnly), "write a day from the review on, or remove it for "+latest.Format(time.DateOnly))
	case !review.Held.After(latest) && d.isDayBefore(d.due, review.Held):
		r.Warn(d.due.at, "lies before the review was held", "write a day from the review on, or remove it for "+latest.Format(time.DateOnly))
	case c.Due.After(latest):
		r.Warn(d.due.at, fmt.Sprintf("lies after %s, when the next window opens", latest.Format(time.DateOnly)), "have the change in place by then, so that it helps the next budget")
	}
}
