package budget_test

import (
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func TestGridIsAlignedToTheEpoch(t *testing.T) {
	got := budget.Grid(t0.Add(time.Second), t0.Add(time.Hour), 25*time.Minute)
	if len(got) != 2 || got[0].Unix()%1500 != 0 || !got[1].Equal(got[0].Add(25*time.Minute)) {
		t.Errorf("%v", got)
	}
	if budget.Grid(t0, t0.Add(time.Hour), 0) != nil || budget.Grid(t0, t0.Add(-time.Hour), time.Minute) != nil {
		t.Error("impossible grids are not empty")
	}
}

func TestLookbackSeries(t *testing.T) {
	a := account(t0, day).errors(t0.Add(time.Hour), time.Hour, 10).traffic(t0.Add(3*time.Hour), 2*time.Hour, 0).curve()
	at := budget.Grid(t0.Add(time.Hour), t0.Add(5*time.Hour), time.Hour)
	sli := budget.SLISeries(a, at, time.Hour, budget.DefaultStep)
	burn := budget.BurnRateSeries(a, 0.99, at, 2*time.Hour, budget.DefaultStep)
	for i, want := range []float64{1, 0.9, 1} {
		near(t, "SLI", sli[i], want)
	}
	missing(t, "SLI of an idle hour", sli[3])
	for i, want := range []float64{0, 5, 5, 0} {
		near(t, "burn rate", burn[i], want)
	}
	missing(t, "burn rate of idle hours", burn[4])
}

func TestRemainingOfARollingWindowRollsOff(t *testing.T) {
	terms := budget.Terms{Target: 0.99, Window: rolling(1, slo.Day)}
	a := account(t0, 4*day).errors(t0.Add(36*time.Hour), time.Hour, 12).curve()
	at := []time.Time{t0.Add(36 * time.Hour), t0.Add(37 * time.Hour), t0.Add(60 * time.Hour), t0.Add(60*time.Hour + 30*time.Minute), t0.Add(61 * time.Hour), t0.Add(5 * day)}
	got := budget.At(a, terms, t0.Add(4*day), budget.Options{}).RemainingSeries(at)
	for i, want := range []float64{1, 0.5, 0.5, 0.75, 1} {
		near(t, at[i].String(), got[i], want)
	}
	missing(t, "past now", got[5])
}

func TestRemainingOfCalendarWindowsResets(t *testing.T) {
	terms := budget.Terms{Target: 0.99, Window: calendar(1, slo.Day, t0)}
	a := account(t0, 4*day).errors(t0.Add(36*time.Hour), time.Hour, 12).gap(t0.Add(62*time.Hour), 5*time.Hour).curve()
	at := []time.Time{t0, t0.Add(36 * time.Hour), t0.Add(37 * time.Hour), t0.Add(48 * time.Hour), t0.Add(48*time.Hour + 1), t0.Add(66 * time.Hour), t0.Add(70 * time.Hour)}
	got := budget.At(a, terms, t0.Add(3*day+18*time.Hour), budget.Options{}).RemainingSeries(at)
	missing(t, "before the account", got[0])
	for i, want := range map[int]float64{1: 1, 2: 0.5, 3: 0.5, 4: 1, 6: 1} {
		near(t, at[i].String(), got[i], want)
	}
	missing(t, "in a gap", got[5])
}

func TestSeriesEndAtTheStatus(t *testing.T) {
	now := t0.Add(45*day + 17*time.Minute)
	a := account(t0, 45*day).errors(t0.Add(40*day), day, 0.4).curve()
	for _, w := range []slo.Window{rolling(30, slo.Day), calendar(1, slo.Month, t0), calendar(1, slo.Quarter, t0)} {
		terms := budget.Terms{Target: 0.999, Window: w}
		s := evaluate(a, terms, now, budget.Options{})
		got := budget.At(a, terms, now, budget.Options{}).RemainingSeries([]time.Time{now})
		near(t, w.String(), got[0], s.Budget.Remaining.Or(-1))
	}
}

func TestProjectionOfACalendarWindow(t *testing.T) {
	week := budget.Terms{Target: 0.99, Window: calendar(1, slo.Week, t0)}
	now := t0.Add(16 * day)
	// 2016 may be bad in a week; 2 a step are twice that.
	a := account(t0, 16*day).errors(t0.Add(15*day), day, 2).curve()
	p := budget.At(a, week, now, budget.Options{}).Project(budget.Grid(t0.Add(14*day), t0.Add(22*day), day))
	want := []float64{1, 1, 1 - 2./7, 1 - 4./7, 1 - 6./7, 1 - 8./7, 1 - 10./7, 1 - 12./7, 1 - 2./7}
	for i, point := range p.Points {
		near(t, point.Time.String(), point.Remaining, want[i])
		if point.Projected != point.Time.After(now) {
			t.Errorf("%v projected: %v", point.Time, point.Projected)
		}
	}
	near(t, "ideal", p.Points[1].Ideal, 6./7)
	near(t, "ideal at the end", p.Points[7].Ideal, 0)
	if len(p.Resets) != 2 || !p.Resets[0].Equal(t0.Add(14*day)) || !p.Resets[1].Equal(t0.Add(21*day)) {
		t.Errorf("resets %v", p.Resets)
	}
	sameTime(t, "exhausts", p.ExhaustsAt, t0.Add(18*day+12*time.Hour))
}

func TestProjectionOfARollingWindowHasNoIdeal(t *testing.T) {
	now := t0.Add(60 * day)
	p := budget.At(account(t0, 60*day).curve(), thirty, now, budget.Options{}).Project([]time.Time{now, now.Add(time.Hour)})
	missing(t, "ideal", p.Points[0].Ideal)
	near(t, "remaining", p.Points[1].Remaining, 1)
	if p.Resets != nil {
		t.Errorf("resets %v", p.Resets)
	}
}

func TestContributors(t *testing.T) {
	from, to := t0, t0.Add(day)
	part := func(bad float64) budget.Account { return account(t0, day).errors(t0, time.Hour, bad).curve() }
	whole := account(t0, day).traffic(t0, day, 400).errors(t0, time.Hour, 20).curve()
	parts := map[string]budget.Account{"a": part(2), "b": part(10), "c": part(5), "d": part(0)}
	got := budget.ContributorsTo(whole, parts, from, to, budget.Allowance(whole.Reading(from, to).Total, 0.99), 2)
	if len(got) != 3 || got[0].Name != "b" || got[1].Name != "c" || !got[2].Rest {
		t.Fatalf("%+v", got)
	}
	near(t, "worst", got[0].Share, 120./1152)
	near(t, "worst of bad", got[0].OfBad, 0.5)
	near(t, "rest", got[2].Share, 60./1152)
	if all := budget.ContributorsTo(whole, parts, from, to, budget.Value{}, 0); len(all) != 5 || all[4].Bad != 36 || all[0].Share.OK() {
		t.Errorf("%+v", all)
	}
}
