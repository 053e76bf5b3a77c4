package slo

import (
	"fmt"
	"time"
)

// Unit is a unit of a Period.
type Unit byte

// The units, written as OpenSLO writes them.
const (
	Minute  Unit = 'm'
	Hour    Unit = 'h'
	Day     Unit = 'd'
	Week    Unit = 'w'
	Month   Unit = 'M'
	Quarter Unit = 'Q'
	Year    Unit = 'Y'
)

// Period is a length of time in calendar units.
type Period struct {
	// Count is at least 1.
	Count int
	Unit  Unit
}

// String is OpenSLO's shorthand, such as 28d or 1Q.
func (p Period) String() string { return fmt.Sprintf("%d%c", p.Count, p.Unit) }

// Add is the time n periods after t, in t's location: whole hours for minutes
// and hours, the same time of day for days and longer, and the last day of a
// month that is too short for t's day.
func (p Period) Add(t time.Time, n int) time.Time {
	n *= p.Count
	switch p.Unit {
	case Minute:
		return t.Add(time.Duration(n) * time.Minute)
	case Hour:
		return t.Add(time.Duration(n) * time.Hour)
	case Day:
		return t.AddDate(0, 0, n)
	case Week:
		return t.AddDate(0, 0, 7*n)
	case Month:
		return addMonths(t, n)
	case Quarter:
		return addMonths(t, 3*n)
	default:
		return addMonths(t, 12*n)
	}
}

func addMonths(t time.Time, n int) time.Time {
	first := t.AddDate(0, 0, 1-t.Day()).AddDate(0, n, 0)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(t.Day(), last)-1)
}

// Window is the time over which an objective is promised: rolling, or aligned
// to the calendar.
type Window struct {
	Period Period
	// Calendar is false for a rolling window.
	Calendar bool
	// Anchor is a start of some calendar window; its location is the time
	// zone in which windows begin. Unused by rolling windows.
	Anchor time.Time
}

// String describes the window, such as "28d rolling" or "1M calendar
// (Europe/Paris)".
func (w Window) String() string {
	if w.Calendar {
		return fmt.Sprintf("%s calendar (%s)", w.Period, w.Anchor.Location())
	}
	return w.Period.String() + " rolling"
}

// At is the window in force at t: (start, end] with start < t <= end. A
// rolling window ends at t; rolling days are 24 hours long.
func (w Window) At(t time.Time) (start, end time.Time) {
	if !w.Calendar {
		return w.Period.Add(t.UTC(), -1), t.UTC()
	}
	n := w.index(t)
	return w.begin(n), w.begin(n + 1)
}

// Before is the calendar window that precedes the one that starts at start.
// Rolling windows are laid end to end.
func (w Window) Before(start time.Time) (previous, end time.Time) {
	return w.At(start)
}

func (w Window) begin(n int) time.Time { return w.Period.Add(w.Anchor, n) }

// index is the greatest n with begin(n) < t.
func (w Window) index(t time.Time) int {
	length := w.begin(1).Sub(w.begin(0))
	n := int(t.Sub(w.Anchor) / length)
	for !w.begin(n).Before(t) {
		n--
	}
	for w.begin(n + 1).Before(t) {
		n++
	}
	return n
}
