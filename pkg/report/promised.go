package report

import (
	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// promised returns what is promised in words: the target that was in force at the end of
// the period, over which time, and since when.
func (r Report) promised(e budget.Entry) string {
	at := r.To
	if r.Now.Before(at) {
		at = r.Now
	}
	text := human.Target(e.TargetAt(at)) + " good, " + windowWords(e.SLO.Window)
	if p := e.SLO.PromiseOf(e.Objective); p != nil {
		for i := len(p.History) - 1; i >= 0; i-- {
			if from := p.History[i].From; !from.After(at) {
				return text + ", since " + date(from)
			}
		}
	}
	return text
}

// windowWords returns over which time a promise is made.
func windowWords(w slo.Window) string {
	period := human.Count(w.Period.Count, unitWords[w.Period.Unit])
	switch {
	case w.Calendar && w.Period.Count == 1:
		return "in each " + unitWords[w.Period.Unit]
	case w.Calendar:
		return "in each period of " + period
	}
	return "over any " + period
}

var unitWords = map[slo.Unit]string{
	slo.Minute: "minute", slo.Hour: "hour", slo.Day: "day", slo.Week: "week", slo.Month: "month", slo.Quarter: "quarter", slo.Year: "year",
}
