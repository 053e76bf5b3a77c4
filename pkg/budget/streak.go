package budget

import (
	"fmt"
	"slices"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/human"
)

// Streak describes how often in a row a target was kept, up to now.
type Streak struct {
	// Kept counts the windows: those of the calendar that closed, or the whole lengths of
	// a rolling one since it was last out of budget.
	Kept int
	// Unknown counts the windows since the first of them of which it is not known whether
	// they were kept; without any, those since the last miss, or since the history
	// begins. They neither count nor end a streak.
	Unknown int
	// Since contains the start of the first window that was kept, or the time from which
	// a rolling one had budget left; zero where there is none.
	Since time.Time
	// AfterMiss reports that a miss came before. Otherwise the streak began with the
	// history or earlier, and may be longer.
	AfterMiss bool
}

const (
	// maxStreak bounds the windows that are looked at.
	maxStreak = 1000
	// streakWindows is how many windows a streak looks back where nobody asks for more.
	streakWindows = 4
)

// StreakFrom returns from when on a streak is looked for where nobody asks for more: the
// last four windows.
func (t Terms) StreakFrom(now time.Time) time.Time {
	if !t.applyAt(now) {
		return now
	}
	start := now
	if t.Window.Calendar {
		start, _ = t.Window.At(now)
	}
	for range streakWindows {
		start, _ = t.Window.Before(start)
	}
	return start
}

// StreakReach returns how far back an account should go so that both a Status and a
// Streak find all that they look for.
func (t Terms) StreakReach(now time.Time) time.Time { return t.ReachSince(t.StreakFrom(now), now) }

// Streak returns how often in a row the target was kept, as far as windows tell that
// closed after from. targetAt gives the target in force at a time; nil means the terms'
// target always.
func (e *Evaluation) Streak(from time.Time, targetAt func(time.Time) float64) Streak {
	first, ok := firstData(e.account)
	if !ok || !inRange(from) {
		return Streak{}
	}
	from = later(from, first)
	if e.terms.Window.Calendar {
		return e.calendarStreak(from, e.orTarget(targetAt))
	}
	return e.rollingStreak(from, targetAt)
}

func (e *Evaluation) calendarStreak(from time.Time, targetAt func(time.Time) float64) Streak {
	var s Streak
	unknown := 0
	for start, end := range e.closedSpans(from, e.now) {
		if s.Kept+unknown >= maxStreak || s.AfterMiss {
			break
		}
		switch met, _ := e.met(read(e.account, start, end), targetAt(start)); {
		case met == nil:
			unknown++
		case !*met:
			s.AfterMiss = true
		default:
			s.Kept++
			s.Unknown, s.Since = unknown, start
		}
	}
	if s.Kept == 0 {
		s.Unknown = unknown
	}
	return s
}

// rollingStreak returns the streak since the last overspend after from, or since then.
func (e *Evaluation) rollingStreak(from time.Time, targetAt func(time.Time) float64) Streak {
	s := Streak{Since: from}
	var unsure []Overspend
	for _, o := range e.Overspends(from, targetAt) {
		if o.Met == nil {
			unsure = append(unsure, o)
			continue
		}
		if o.Open {
			return Streak{AfterMiss: true}
		}
		s.AfterMiss, s.Since = true, o.End
		break
	}
	start, period := s.Since, e.terms.Window.Period
	for n := 1; n <= maxStreak; n++ {
		end := period.Add(s.Since.UTC(), n)
		if end.After(e.now) {
			break
		}
		if e.isUnsure(start, end, unsure) {
			s.Unknown++
		} else {
			s.Kept++
		}
		start = end
	}
	return s
}

// isUnsure reports whether too little is known of a rolling window, or of one that ended
// in it and may have been out of budget.
func (e *Evaluation) isUnsure(start, end time.Time, overspends []Overspend) bool {
	if slices.ContainsFunc(overspends, func(o Overspend) bool { return o.touches(start, end) }) {
		return true
	}
	return e.terms.unknown(read(e.account, start, end)) != ""
}

// String returns the streak in words, such as "kept 3 windows in a row".
func (s Streak) String() string {
	var text string
	switch {
	case s.Kept > 1:
		text = fmt.Sprintf("kept %s in a row", human.Count(s.Kept, "window"))
	case s.Kept == 1:
		text = "kept 1 window"
	case s.AfterMiss:
		text = "no window kept since the last miss"
	default:
		return "not known"
	}
	if s.Unknown > 0 {
		text += fmt.Sprintf(", %d not known", s.Unknown)
	}
	return text
}
