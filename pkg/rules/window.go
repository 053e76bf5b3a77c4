package rules

import (
	"strconv"
	"time"

	"github.com/prometheus/common/model"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// periods is how many windows are looked at for the shortest one: those of more
// than a year of days, so that the day on which clocks are put forward is among
// them, and the February of a common year.
const periods = 400

// shortest is a time at which the window in force is as short as it ever is.
// Months, quarters, years and days with daylight saving differ in length, and a
// rule has one factor for all of them. That of the shortest window is the
// lowest: no alert comes later than it should.
func shortest(w slo.Window) time.Time {
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

// digits are those that a float holds for sure, so that 1 - 0.999 is 0.001.
const digits = 12

func rounded(v float64) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', digits, 64), 64)
	if err != nil {
		return v
	}
	return r
}

// percent is a share as people write it, such as 99.9 %.
func percent(share float64) string {
	return strconv.FormatFloat(rounded(100*share), 'g', -1, 64) + " %"
}

func duration(d time.Duration) string { return model.Duration(d).String() }
