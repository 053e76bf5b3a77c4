package promise

import (
	"regexp"
	"strings"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// date describes a day, which begins at midnight somewhere, or a moment.
type date struct {
	at   yamldoc.Place
	time time.Time
	day  bool
}

var (
	dateForm = yamldoc.Form{
		Pattern: regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[-+][0-9]{2}:[0-9]{2}))?$`),
		Name:    "a date", Hint: "write it as 2026-01-15 or 2026-01-15T09:00:00Z",
	}
	momentForm = yamldoc.Form{
		Pattern: regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[-+][0-9]{2}:[0-9]{2})$`),
		Name:    "a date with a time", Hint: "write it to the minute, such as 2026-01-15T09:05:00Z",
	}
	// realDate is the form of a date that the calendar has.
	realDate = yamldoc.Form{Name: dateForm.Name, Hint: "write a day that the calendar has, such as 2026-01-15 or 2026-01-15T09:00:00Z"}
)

func readDate(v yamldoc.Value) date { return readDateAs(v, dateForm) }

func readDateAs(v yamldoc.Value, form yamldoc.Form) date {
	d := date{at: v.Place()}
	text := v.Match(form)
	if text == "" {
		return d
	}
	var err error
	if d.time, err = time.Parse(time.DateOnly, text); err == nil {
		d.day = true
		return d
	}
	if d.time, err = time.Parse(time.RFC3339, strings.ToUpper(text)); err != nil {
		v.FailForm(realDate)
	}
	return d
}

// readMoment reads a date that has a time.
func readMoment(v yamldoc.Value) date { return readDateAs(v, momentForm) }

// in returns when the date begins in a time zone.
func (d date) in(zone *time.Location) time.Time {
	if !d.day {
		return d.time.In(zone)
	}
	year, month, day := d.time.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, zone)
}

// dayIn returns the start of its day in a time zone.
func (d date) dayIn(zone *time.Location) time.Time {
	if d.day {
		return d.in(zone)
	}
	year, month, day := d.in(zone).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, zone)
}

// zoneOf returns the time zone in which the days of a window begin.
func zoneOf(w slo.Window) *time.Location {
	if w.Calendar {
		return w.Anchor.Location()
	}
	return time.UTC
}
