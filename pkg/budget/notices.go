package budget

import (
	"fmt"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/human"
)

const (
	// fullCoverage is the coverage since the first data below which people
	// are told.
	fullCoverage = 0.99
	// lateShare is the share of the window that must have gone by before its
	// first data for people to be told.
	lateShare = 0.03
	// impossibleShare is by which share of all events counts must contradict
	// each other to be told: two counters are not read in the same instant.
	impossibleShare = 0.001
)

// Notices returns sentences that a reader of the window in force must know:
// since when and for how much of it there is data, and counts that cannot be.
func Notices(e Entry, now time.Time) []string {
	if e.Account == nil || !e.Terms().judges(now) {
		return nil
	}
	start, _ := e.Terms().Window.At(now)
	var all []string
	for _, text := range []string{gaps(e, now), Impossible(e.Account, start, now)} {
		if text != "" {
			all = append(all, text)
		}
	}
	return all
}

// gaps tells since when, and for how much of the window in force, there is data.
func gaps(e Entry, now time.Time) string {
	coverage, ok := Covered(e.Account, e.Terms(), now)
	since := beginning(e, now)
	switch {
	case !ok:
		return "No data at all in the window so far"
	case coverage >= fullCoverage:
		return since
	case since == "":
		return fmt.Sprintf("Data for only %s of the window so far", human.Percent(coverage, 0))
	}
	return fmt.Sprintf("%s, and for only %s of that time", since, human.Percent(coverage, 0))
}

// beginning tells since when there is data, if it began well after the window in
// force. Where the account was not filled from the window's start, nobody knows,
// and it is empty.
func beginning(e Entry, now time.Time) string {
	start, end := e.Terms().Window.At(now)
	first, ok := begin(e.Account)
	late, elapsed := first.Sub(start), now.Sub(start)
	if !ok || e.Err != nil || e.From.After(start) || late <= max(stepOf(e.Account), time.Duration(lateShare*float64(elapsed))) {
		return ""
	}
	text := fmt.Sprintf("Data only since %s, for %s of the window's %s", human.Time(first), human.Duration(now.Sub(first)), human.Duration(elapsed))
	if end.After(now) {
		text += " so far"
	}
	return text
}

// Impossible returns a sentence if the events in (from, to] cannot be: more bad
// or more good ones than there are in all, or fewer than none. It is empty
// otherwise.
func Impossible(a Account, from, to time.Time) string {
	if !from.Before(to) {
		return ""
	}
	r := a.Reading(from, to)
	slack := 1 + impossibleShare*max(r.Total, 0)
	between := fmt.Sprintf("from %s to %s", human.Time(from), human.Time(to))
	switch {
	case r.Total < -slack:
		return fmt.Sprintf("Fewer events than none: %s %s", human.Events(r.Total), between)
	case r.Bad > r.Total+slack:
		return fmt.Sprintf("More bad events than events in all: %s of %s %s", human.Events(r.Bad), human.Events(r.Total), between)
	case r.Bad < -slack:
		return fmt.Sprintf("More good events than events in all: %s of %s %s", human.Events(r.Good()), human.Events(r.Total), between)
	}
	return ""
}
