package targets

import (
	"fmt"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/forecast"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// By default the past of an SLO is looked at for defaultWindows windows, at least for
// leastHistory and at most for mostHistory.
const (
	defaultWindows = 3
	leastHistory   = 90 * 24 * time.Hour
	mostHistory    = 400 * 24 * time.Hour
)

// most says by how large a share of windows a target holds in most of them.
const most = 0.9

// Study compares targets for one account.
type Study struct {
	budget.Entry
	// From and To enclose the history that was replayed; they are the same if there is
	// none.
	From, To time.Time
	// Rows lists the candidates, the lowest first.
	Rows []Row
	// KeptInAll and KeptInMost are the highest targets that would have been kept in all
	// windows of the history, and in nine of ten; 1 if nothing was bad. They are missing
	// without known windows.
	KeptInAll, KeptInMost budget.Value
	// Forecast says what the chances rest on.
	Forecast forecast.Basis
	// Considered holds the targets that the team weighed, nil if that is not known.
	Considered *slo.TargetRange
}

// Row describes a candidate, with what it would have meant and what may come.
type Row struct {
	Candidate
	budget.Outcome
	// Chance of keeping the next window, 0 to 1.
	ChanceKept budget.Value
}

// Options configures a study.
type Options struct {
	Now time.Time
	// How far back the history goes; 0 stands for 90 days, or three windows if that is
	// more, up to 400 days.
	History time.Duration
	// Targets to compare with the common ones.
	Asked  []float64
	Budget budget.Options
}

// Clock returns a clock that stands still at Now.
func (o Options) Clock() func() time.Time { return func() time.Time { return o.Now } }

// HistoryOf returns how far back the past of an SLO with a window is looked at.
func (o Options) HistoryOf(w slo.Window) time.Duration {
	if o.History > 0 {
		return o.History
	}
	start, end := w.At(o.Now)
	return min(max(defaultWindows*end.Sub(start), leastHistory), mostHistory)
}

// Since returns from when on the past of an SLO with a window is looked at.
func (o Options) Since(w slo.Window) time.Time { return o.Now.Add(-o.HistoryOf(w)) }

// Span returns the span of an account that a study needs: the windows of the history,
// and what the forecast and the present budget need.
func (o Options) Span() budget.Span {
	return func(t budget.Terms) (from, to time.Time) {
		from = t.Reach(o.Now)
		if reach := t.ReplayReach(o.Since(t.Window)); reach.Before(from) {
			from = reach
		}
		return from, o.Now
	}
}

// Of returns the study of an account. Without one there is no row.
func Of(e budget.Entry, o Options) Study {
	s := Study{Entry: e}
	if p := e.SLO.PromiseOf(e.Objective); p != nil {
		s.Considered = p.Considered
	}
	if e.Account == nil {
		return s
	}
	now := e.At(o.Now, o.Budget)
	replay := now.Replay(o.Since(e.SLO.Window))
	s.From, s.To = replay.Span()
	s.KeptInAll, s.KeptInMost = replay.HighestKept(1), replay.HighestKept(most)
	candidates := Candidates(e.SLO, e.Objective, o.Asked)
	ahead := forecast.Of(now, e.Account, e.Terms(), o.Now, forecast.Options{})
	s.Forecast = ahead.Basis
	chances := ahead.ChanceKept(targetsOf(candidates))
	for i, c := range candidates {
		s.Rows = append(s.Rows, Row{Candidate: c, Outcome: replay.Outcome(c.Target), ChanceKept: chances[i]})
	}
	return s
}

func targetsOf(candidates []Candidate) []float64 {
	targets := make([]float64, len(candidates))
	for i, c := range candidates {
		targets[i] = c.Target
	}
	return targets
}

// HasHistory reports whether there was data to replay.
func (s Study) HasHistory() bool { return s.From.Before(s.To) }

// HasAlerts reports whether the author of the SLO wants alerts of a severity.
func (s Study) HasAlerts(severity slo.Severity) bool { return !s.SLO.Alerting.Of(severity).Disabled }

// Unit names what is counted as kept or missed: a calendar window, or a day of a
// rolling one.
func (s Study) Unit() string { return Unit(s.SLO.Window) }

// Unit names what is counted as kept or missed in windows of a sort.
func Unit(w slo.Window) string {
	if w.Calendar {
		return "window"
	}
	return "day"
}

// windows returns the number of windows or days that are known, and of those that
// are not.
func (s Study) windows() (known, unknown int) {
	if len(s.Rows) == 0 {
		return 0, 0
	}
	r := s.Rows[0].Record
	return r.Kept + r.Missed, r.Unknown
}

// Summary returns a sentence about the highest targets that would have been kept.
func (s Study) Summary() string {
	known, unknown := s.windows()
	if known == 0 {
		return fmt.Sprintf("No %s of the history is known, so that no target can be held against it: it takes at least half of a window with data", s.Unit())
	}
	text := fmt.Sprintf("%s would have been kept %s", HighestKept(s.KeptInAll), s.inAll(known))
	if known > 1 {
		text += fmt.Sprintf(", %s %s nine of ten", HighestKept(s.KeptInMost), s.preposition())
	}
	if unknown > 0 {
		text += fmt.Sprintf("; of %s too little is known", human.Count(unknown, s.Unit()))
	}
	return text
}

// preposition belongs before a number of windows or days.
func (s Study) preposition() string {
	if s.SLO.Window.Calendar {
		return "in"
	}
	return "on"
}

func (s Study) inAll(n int) string {
	if n == 1 {
		return fmt.Sprintf("%s the only %s that is known", s.preposition(), s.Unit())
	}
	return fmt.Sprintf("%s all %d %ss", s.preposition(), n, s.Unit())
}

// HighestKept returns the highest target that was kept as a percentage, with two
// digits more than its nines, rounded down.
func HighestKept(v budget.Value) string {
	target, ok := v.Get()
	if !ok {
		return human.Missing
	}
	if target >= 1 {
		return "100 %"
	}
	decimals := 1
	for bad := 1 - target; bad < 0.1 && decimals < 6; bad *= 10 {
		decimals++
	}
	return human.Percent(target, decimals)
}
