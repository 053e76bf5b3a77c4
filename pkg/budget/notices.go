package budget

import (
	"fmt"
	"math"
	"strconv"
	"time"
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
		return fmt.Sprintf("Data for only %.0f %% of the window so far", 100*coverage)
	}
	return fmt.Sprintf("%s, and for only %.0f %% of that time", since, 100*coverage)
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
	text := fmt.Sprintf("Data only since %s, for %s of the window's %s", clock(first), inWords(now.Sub(first)), inWords(elapsed))
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
	between := fmt.Sprintf("from %s to %s", clock(from), clock(to))
	switch {
	case r.Total < -slack:
		return fmt.Sprintf("Fewer events than none: %s %s", number(r.Total), between)
	case r.Bad > r.Total+slack:
		return fmt.Sprintf("More bad events than events in all: %s of %s %s", number(r.Bad), number(r.Total), between)
	case r.Bad < -slack:
		return fmt.Sprintf("More good events than events in all: %s of %s %s", number(r.Good()), number(r.Total), between)
	}
	return ""
}

// number writes a count, to a tenth.
func number(n float64) string { return strconv.FormatFloat(math.Round(n*10)/10, 'f', -1, 64) }

func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 MST") }

// inWords writes a duration in two units at most, such as 7 d, 1 d 4 h or 5 min.
func inWords(d time.Duration) string {
	const day = 24 * time.Hour
	great, small, n, rest := "h", "min", d/time.Hour, d%time.Hour/time.Minute
	switch {
	case d >= day:
		great, small, n, rest = "d", "h", d/day, d%day/time.Hour
	case d < time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	}
	if rest == 0 {
		return fmt.Sprintf("%d %s", n, great)
	}
	return fmt.Sprintf("%d %s %d %s", n, great, rest, small)
}
