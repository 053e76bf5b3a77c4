package slo

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Review records what was learned from a miss, and the one change of the system
// that follows from it.
type Review struct {
	// Name of its document.
	Name string
	// Name of the objective that was missed.
	Objective string
	Miss      MissID
	// Held contains the day on which the review took place.
	Held    time.Time
	Answers Answers
	Learned string
	// Change that follows; nil if the review names none, or more than one.
	Change *Change
	// Report contains the address of what was published; empty if nothing was.
	Report string
	Source Position
}

// MissID tells a miss of an objective from all others.
type MissID struct {
	// Start of a calendar window, or the time from which no budget was left in a
	// rolling one.
	Start time.Time
	// End of the calendar window; zero for an overspend.
	End time.Time
}

// IsOverspend reports whether a rolling window was overspent.
func (m MissID) IsOverspend() bool { return m.End.IsZero() }

// Is reports whether both are the same miss. An overspend is the same to the
// minute, in which people write it.
func (m MissID) Is(other MissID) bool {
	if m.IsOverspend() && other.IsOverspend() {
		return m.Start.Sub(other.Start).Abs() < time.Minute
	}
	return m.Start.Equal(other.Start) && m.End.Equal(other.End)
}

// Answers holds the answers to the questions of an SLO's review.
type Answers struct {
	// Target: was the target wrong?
	Target Answer
	// Dependencies: were they riskier than thought?
	Dependencies Answer
	// Cadence: did changes come too fast?
	Cadence Answer
	// Detection: was it noticed too late?
	Detection Answer
}

// Question pairs the field of a question with its text.
type Question struct{ Field, Text string }

// Questions returns the questions of a review, in the order of a document.
func Questions() []Question {
	return []Question{
		{Field: "target", Text: "Was the target wrong?"},
		{Field: "dependencies", Text: "Were the dependencies riskier than thought?"},
		{Field: "cadence", Text: "Did changes come too fast?"},
		{Field: "detection", Text: "Was it noticed too late?"},
	}
}

// Of returns the answer to the question of a field, nil if there is no such field.
func (a *Answers) Of(field string) *Answer {
	switch field {
	case "target":
		return &a.Target
	case "dependencies":
		return &a.Dependencies
	case "cadence":
		return &a.Cadence
	case "detection":
		return &a.Detection
	}
	return nil
}

// Answer pairs a verdict with what led to it.
type Answer struct {
	Verdict Verdict
	Note    string
}

// Verdict answers a question.
type Verdict string

// Verdicts returns all verdicts.
func Verdicts() []string { return []string{"yes", "partly", "no"} }

// Change describes a change of the system that makes a miss less likely.
type Change struct {
	Kind ChangeKind
	What string
	// Owner names the team that makes the change.
	Owner string
	// Due contains the start of the last day on which it is in time.
	Due time.Time
	// Done contains the day from which it is in place; zero until then.
	Done time.Time
	// Evidence shows that it is in place; empty if there is none.
	Evidence string
}

// ChangeKind names a kind of change.
type ChangeKind string

// ChangeKinds returns all kinds of changes.
func ChangeKinds() []string { return []string{"test", "alert", "gate", "deprecation", "other"} }

// Deadline returns the end of the last day on which the change is in time.
func (c Change) Deadline() time.Time { return c.Due.AddDate(0, 0, 1) }

// Known returns when it was known that the budget was gone: at the end of a calendar
// window, or as an overspend begins.
func (m MissID) Known() time.Time {
	if m.IsOverspend() {
		return m.Start
	}
	return m.End
}

// DueAfter returns the start of the last day before the window after next opens: the
// time to change something before the next budget is gone as well. For an overspend it
// is the day before what was bad has left the window.
func (m MissID) DueAfter(w Window) time.Time {
	due := w.Period.Add(m.Known(), 1).AddDate(0, 0, -1)
	if due.Before(m.Known()) { // of windows of less than a day
		due = m.Known()
	}
	year, month, day := due.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, due.Location())
}

// Validate returns an error unless the miss is one that can be in the window.
func (m MissID) Validate(w Window) error {
	switch {
	case m.IsOverspend() && w.Calendar:
		return &Invalid{What: fmt.Sprintf("the SLO has a calendar window (%s), whose misses are windows", w), Hint: "write window with its start"}
	case m.IsOverspend():
		return nil
	case !w.Calendar:
		return &Invalid{What: fmt.Sprintf("the SLO has a rolling window (%s), which never closes", w), Hint: "write overspend with the time from which no budget was left"}
	}
	start, end := w.At(m.Start.Add(time.Nanosecond))
	switch {
	case !start.Equal(m.Start):
		return &Invalid{
			Field: "Start", What: fmt.Sprintf("no window (%s) starts at %s", w, m.Start.Format(time.RFC3339)),
			Hint: fmt.Sprintf("write %s or %s", writeDay(start), writeDay(end)),
		}
	case !end.Equal(m.End):
		return &Invalid{Field: "End", What: fmt.Sprintf("the window does not end at %s", m.End.Format(time.RFC3339)), Hint: "write " + writeDay(end) + ", or remove it"}
	}
	return nil
}

// writeDay returns a time as a day where it is the start of one.
func writeDay(t time.Time) string {
	if year, month, day := t.Date(); t.Equal(time.Date(year, month, day, 0, 0, 0, 0, t.Location())) {
		return t.Format(time.DateOnly)
	}
	return t.Format(time.RFC3339)
}

// Override opens the gate for a time, by the decision of people.
type Override struct {
	// Name of its document.
	Name string
	// Service whose SLOs it is about; empty where it is about one SLO.
	Service string
	// Actions that it opens.
	Actions []string
	// From and To bound the time, From <= t < To.
	From, To   time.Time
	Reason     string
	ApprovedBy []string
	Source     Position
}

// IsInForce reports whether the override opens an action at a time.
func (o Override) IsInForce(action string, t time.Time) bool {
	return slices.Contains(o.Actions, action) && !t.Before(o.From) && t.Before(o.To)
}

// Validate returns an error unless the override ends after it begins and within a
// year, opens some action and was approved by two. It joins an *Invalid for each fault.
func (o Override) Validate() error {
	var errs []error
	switch {
	case !o.To.After(o.From):
		errs = append(errs, &Invalid{Field: "To", What: "is not later than from", Hint: "write when the override ends; a day ends where the next one begins"})
	case o.To.After(o.From.AddDate(1, 0, 0)):
		errs = append(errs, &Invalid{Field: "To", What: "is more than a year after from", Hint: "write an earlier end, and change the policy if the rule no longer holds"})
	}
	if len(o.Actions) == 0 {
		errs = append(errs, &Invalid{Field: "Actions", What: "names no action", Hint: "write what is allowed, such as [deploy]"})
	}
	if n := len(distinctNames(o.ApprovedBy)); n < 2 {
		errs = append(errs, &Invalid{Field: "ApprovedBy", What: fmt.Sprintf("has %d of the two names that an override needs", n), Hint: "write who approved it, two people at least"})
	}
	return errors.Join(errs...)
}

// distinctNames returns the letters and digits of names that differ in them, upper and
// lower case being equal.
func distinctNames(names []string) []string {
	var all []string
	for _, name := range names {
		all = append(all, strings.Map(spoken, norm.NFKC.String(strings.ToLower(name))))
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(name string) bool { return name == "" })
}

// spoken returns a character of a name that is read out, and -1 for any other.
func spoken(r rune) rune {
	if unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) {
		return r
	}
	return -1
}

// OverrideAt returns the override of an action that is in force at a time and
// ends last, nil if there is none.
func (s SLO) OverrideAt(action string, t time.Time) *Override {
	var last *Override
	for i, o := range s.Overrides {
		if o.IsInForce(action, t) && (last == nil || o.To.After(last.To)) {
			last = &s.Overrides[i]
		}
	}
	return last
}

// ReviewOf returns the review of a miss of an objective, nil if there is none.
func (s SLO) ReviewOf(o Objective, m MissID) *Review {
	i := slices.IndexFunc(s.Reviews, func(r Review) bool { return r.Objective == o.Name && r.Miss.Is(m) })
	if i < 0 {
		return nil
	}
	return &s.Reviews[i]
}
