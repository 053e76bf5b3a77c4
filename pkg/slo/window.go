package slo

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Unit names the unit of a Period.
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

// Period measures a length of time in calendar units.
type Period struct {
	// At least 1.
	Count int
	Unit  Unit
}

// String returns OpenSLO's shorthand, such as 28d or 1Q.
func (p Period) String() string { return fmt.Sprintf("%d%c", p.Count, p.Unit) }

// ParsePeriod reads OpenSLO's shorthand: a whole number, at least 1, and one
// of the units m, h, d, w, M, Q and Y. An error is an *Invalid.
func ParsePeriod(text string) (Period, error) {
	shorthand := &Invalid{
		What: fmt.Sprintf("%q is not a duration", text),
		Hint: "write a whole number and one of the units m (minutes), h, d, w, M (months), Q, Y, such as 28d or 1M",
	}
	if text == "" {
		return Period{}, shorthand
	}
	digits, unit := text[:len(text)-1], Unit(text[len(text)-1])
	count, err := strconv.ParseUint(digits, 10, 31)
	if err != nil {
		return Period{}, shorthand
	}
	p := Period{Count: int(count), Unit: unit}
	if !p.Unit.known() {
		return Period{}, shorthand
	}
	return p, p.Validate()
}

func (u Unit) known() bool { return u != 0 && strings.ContainsRune("mhdwMQY", rune(u)) }

// Add returns the time n periods after t, in t's location: whole hours for minutes
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

// addMonths sets the date in one step: through an intermediate date it could
// meet a daylight saving change that the result does not.
func addMonths(t time.Time, n int) time.Time {
	year, month, day := t.Date()
	month += time.Month(n)
	last := time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
	hour, minute, second := t.Clock()
	return time.Date(year, month, min(day, last), hour, minute, second, t.Nanosecond(), t.Location())
}

// mean returns the period's length on average: a month is a twelfth of the
// Gregorian calendar's mean year of 365.2425 days.
func (p Period) mean() time.Duration {
	const day = 24 * time.Hour
	const year = 365*day + day*2425/10000
	n := time.Duration(p.Count)
	switch p.Unit {
	case Minute:
		return n * time.Minute
	case Hour:
		return n * time.Hour
	case Day:
		return n * day
	case Week:
		return n * 7 * day
	case Month:
		return n * (year / 12)
	case Quarter:
		return n * (year / 4)
	default:
		return n * year
	}
}

// Window describes the time over which a target must be met: rolling, or aligned
// to the calendar.
type Window struct {
	Period Period
	// Whether the window is aligned to the calendar and not rolling.
	Calendar bool
	// Start of some calendar window; its location is the time zone in which
	// windows begin. Unused by rolling windows.
	Anchor time.Time
}

// String returns the window in words, such as "28d rolling" or "1M calendar
// (Europe/Paris)".
func (w Window) String() string {
	if w.Calendar {
		return fmt.Sprintf("%s calendar (%s)", w.Period, w.Anchor.Location())
	}
	return w.Period.String() + " rolling"
}

// At returns the window in force at t: (start, end] with start < t <= end. A
// rolling window ends at t; rolling days are 24 hours long.
func (w Window) At(t time.Time) (start, end time.Time) {
	if !w.Calendar {
		return w.Period.Add(t.UTC(), -1), t.UTC()
	}
	n := w.index(t)
	return w.begin(n), w.begin(n + 1)
}

// Before returns the calendar window that precedes the one that starts at start.
// Rolling windows are laid end to end.
func (w Window) Before(start time.Time) (previous, end time.Time) {
	return w.At(start)
}

func (w Window) begin(n int) time.Time { return w.Period.Add(w.Anchor, n) }

// index returns the greatest n with begin(n) < t.
func (w Window) index(t time.Time) int {
	n := int(t.Sub(w.Anchor) / w.Period.mean())
	for !w.begin(n).Before(t) {
		n--
	}
	for w.begin(n + 1).Before(t) {
		n++
	}
	return n
}
