package budget_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func TestImpossibleCounts(t *testing.T) {
	query := &slo.Query{Expr: "x"}
	good, bad := slo.Ratio{Good: query}, slo.Ratio{Bad: query}
	const between = " from 2026-06-01 00:00 UTC to 2026-06-02 00:00 UTC; probably "
	a, to := account(t0, day).curve(), t0.Add(day)
	for name, tt := range map[string]struct {
		indicator slo.Indicator
		by        budget.Reading
		want      string
	}{
		"fine":                     {good, budget.Reading{}, ""},
		"a scrape apart":           {good, budget.Reading{Bad: -20}, ""},
		"a second good counter":    {good, budget.Reading{Bad: -100}, "More good events than events in all: 28900 of 28800" + between + "another exporter counts the good events"},
		"good and total swapped":   {good, budget.Reading{Bad: -100_000}, "More good events than events in all: 128800 of 28800" + between + "the queries of good events and of all events are swapped"},
		"a reversed difference":    {bad, budget.Reading{Bad: -100}, "More good events than events in all: 28900 of 28800" + between + "the two sides of a difference in the query of bad events are swapped, or come from different exporters"},
		"errors are not in total":  {bad, budget.Reading{Bad: 30_000}, "More bad events than events in all: 30000 of 28800" + between + "the bad events are not part of all events, or another exporter counts them"},
		"bad and total swapped":    {bad, budget.Reading{Bad: 28_800_000}, "More bad events than events in all: 28800000 of 28800" + between + "the queries of bad events and of all events are swapped"},
		"good is negative":         {good, budget.Reading{Bad: 30_000}, "More bad events than events in all: 30000 of 28800" + between + "the two sides of a difference in the query of good events are swapped, or come from different exporters"},
		"total is negative":        {bad, budget.Reading{Total: -29_000}, "Fewer events than none: -200" + between + "the two sides of a difference in the query of all events are swapped, or come from different exporters"},
		"bad events without any":   {bad, budget.Reading{Bad: 10, Total: -28_800}, "More bad events than events in all: 10 of 0" + between + "the queries of bad events and of all events are swapped"},
		"a histogram without half": {slo.Histogram{}, budget.Reading{Bad: -100}, "More good events than events in all: 28900 of 28800" + between + "another exporter counts the good events"},
	} {
		t.Run(name, func(t *testing.T) {
			terms := budget.TermsOf(slo.SLO{}, slo.Objective{Indicator: tt.indicator})
			if got := terms.ImpossibleCounts(shifted{a, tt.by}, t0, to); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// tilted multiplies the bad events of an account and moves them by a share of all.
type tilted struct {
	budget.Account
	factor, share float64
}

func (a tilted) Reading(from, to time.Time) budget.Reading {
	r := a.Account.Reading(from, to)
	r.Bad = a.factor*r.Bad + a.share*r.Total
	return r
}

// A number that cannot be is not shown as one, wherever it is asked for.
func TestNoNumberOfImpossibleCounts(t *testing.T) {
	now := t0.Add(30 * day)
	a := account(t0, 30*day).errors(t0, 30*day, 1).curve()
	june := budget.Terms{Target: 0.99, Window: calendar(1, slo.Month, t0)}
	week := budget.Terms{Target: 0.99, Window: rolling(7, slo.Day)}
	for name, account := range map[string]budget.Account{
		"swapped":       tilted{a, 0, 1000},
		"negative":      tilted{a, -1, 0},
		"10 % too many": tilted{a, 0, 1.1},
	} {
		for _, terms := range []budget.Terms{june, week} {
			t.Run(name+", "+terms.Window.String(), func(t *testing.T) {
				e := budget.At(account, terms, now.Add(-time.Hour), budget.Options{})
				s := e.Status()
				if s.Impossible == "" || s.State != budget.StateNoData || s.Good != 0 || s.Bad != 0 || s.Total != 0 || s.ExhaustsAt != nil || len(s.Incidents) > 0 {
					t.Errorf("got %+v", s)
				}
				hours, known := e.HoursToExhaustion()
				if _, ok := e.DataAge(); ok || known {
					t.Errorf("there is a data age, or exhaustion in %v h", hours)
				}
				for name, v := range map[string]budget.Value{
					"SLI": s.SLI, "remaining": s.Budget.Remaining, "total": s.Budget.Total, "background": s.BackgroundShare,
					"page": e.AlertValue(slo.Page), "ticket": e.AlertValue(slo.Ticket), "consumed": e.ConsumedForAlerts(),
					"in a chart": e.RemainingSeries([]time.Time{now.Add(-2 * time.Hour)})[0],
					"a day":      budget.SLISeries(account, []time.Time{now}, day, day)[0],
				} {
					if v.OK() {
						t.Errorf("%s is %v", name, v)
					}
				}
				if text := strings.Join(e.Notices(), " "); !strings.Contains(text, s.Impossible) {
					t.Errorf("the notices are %q", text)
				}
				for c := range e.ClosedWindows(nil) {
					if !c.Impossible || c.SLI.OK() || c.Met != nil || c.Budget != (budget.Budget{}) {
						t.Errorf("got %+v", c)
					}
				}
			})
		}
	}
}

// apart is an account whose bad events are a difference of counters that are
// scraped apart: at some moments it is ahead of the truth, at others behind.
type apart struct {
	budget.Account
	first time.Time
	by    func(time.Time) float64
}

func (a apart) Reading(from, to time.Time) budget.Reading {
	r := a.Account.Reading(from, to)
	_, last := a.Span()
	r.Bad += a.at(budget.Earlier(to, last)) - a.at(budget.Later(from, a.first))
	return r
}

// at returns how far the account is ahead, at its knots and between them.
func (a apart) at(t time.Time) float64 {
	step := a.Step()
	knot := t.Truncate(step)
	part := float64(t.Sub(knot)) / float64(step)
	return (1-part)*a.by(knot) + part*a.by(knot.Add(step))
}

// Counters that are scraped apart make no incidents that the budget does not know,
// and hide none that there are.
func TestScrapedApart(t *testing.T) {
	now := t0.Add(40 * day)
	intact := account(t0, 40*day).errors(now.Add(-3*day), time.Hour, 30).curve()
	want := evaluate(intact, thirty, now, budget.Options{})
	late := map[int64]float64{}
	for i := range 60 {
		late[int64(i*137)] = 100
	}
	for name, by := range map[string]func(time.Time) float64{
		"good comes late":     func(t time.Time) float64 { return late[t.Unix()/300%8640] },
		"good comes early":    func(t time.Time) float64 { return -late[t.Unix()/300%8640] },
		"by two steps":        func(t time.Time) float64 { return late[t.Unix()/600%4320] },
		"every second sample": func(t time.Time) float64 { return 50 * float64(t.Unix()/300%2) },
	} {
		t.Run(name, func(t *testing.T) {
			s := evaluate(apart{intact, t0, by}, thirty, now, budget.Options{})
			if len(s.Incidents) != len(want.Incidents) || s.Impossible != "" {
				t.Fatalf("got %+v, want %+v", s.Incidents, want.Incidents)
			}
			if off := math.Abs(s.Incidents[0].Bad - want.Incidents[0].Bad); off > 100 {
				t.Errorf("%v bad events, want %v, give or take a scrape", s.Incidents[0].Bad, want.Incidents[0].Bad)
			}
			sum := s.BackgroundShare.Or(math.NaN())
			for _, i := range s.Incidents {
				sum += i.Share.Or(math.NaN())
			}
			near(t, "sum", s.Budget.Consumed, sum)
		})
	}
}
