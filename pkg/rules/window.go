package rules

import (
	"strconv"
	"time"

	"github.com/prometheus/common/model"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// periods bounds how many windows the shortest one is searched among: more than a
// year of days, so that the day on which clocks are put forward is among them,
// and the February of a common year.
const periods = 400

// shortestWindow returns a time at which the window in force is as short as it
// ever is. Months, quarters, years and days with daylight saving differ in
// length, and a rule has one burn rate for all of them. That of the shortest
// window is the lowest: no alert comes later than it should.
func shortestWindow(w slo.Window) time.Time {
	anchor := w.Anchor
	if !w.Calendar {
		anchor = time.Date(2001, time.January, 1, 0, 0, 0, 0, time.UTC)
	}
	length := func(t time.Time) time.Duration {
		start, end := w.At(t)
		return end.Sub(start)
	}
	best := anchor
	for n := range periods {
		if t := w.Period.Add(anchor, n); length(t) < length(best) {
			best = t
		}
	}
	return best
}

// exactDigits bounds the digits that every float holds, so that 1 - 0.999 is written as 0.001.
const exactDigits = 12

// significant returns a number rounded to so many significant digits.
func significant(v float64, digits int) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', digits, 64), 64)
	if err != nil {
		return v
	}
	return r
}

func duration(d time.Duration) string { return model.Duration(d).String() }
