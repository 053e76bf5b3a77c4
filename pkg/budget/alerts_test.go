package budget_test

import (
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func TestBurnRatesOfDefaultConditions(t *testing.T) {
	for days, want := range map[int][]float64{
		30: {14.4, 6, 3, 1},
		28: {13.44, 5.6, 2.8, 1}, // the last would be 0.93
		7:  {3.36, 1.4, 1, 1},    // the last two would be 0.7 and 0.23
	} {
		for i, c := range slo.DefaultBurnConditions() {
			near(t, "burn rate", budget.Some(c.AtWindow(time.Duration(days)*day).BurnRate), want[i])
		}
	}
}

func TestAlertValues(t *testing.T) {
	now := t0.Add(60 * day)
	// Two hours at 3 % are a burn rate of 30 at 99.9 %.
	a := account(t0, 60*day).errors(now.Add(-2*time.Hour), 2*time.Hour, 3).curve()
	e := budget.At(a, thirty, now, budget.Options{})
	got := e.Alerts()
	near(t, "1h/5m", got[0].Value, 30/14.4)
	near(t, "6h/30m", got[1].Value, 10./6)
	near(t, "1d/2h", got[2].Value, 2.5/3)
	near(t, "3d/6h", got[3].Value, 30./36)
	near(t, "page", e.AlertValue(slo.Page), 30/14.4)
	near(t, "ticket", e.AlertValue(slo.Ticket), 2.5/3)
	if !got[0].Firing() || got[2].Firing() {
		t.Errorf("%+v", got)
	}
	missing(t, "another severity", e.AlertValue("other"))
}

func TestAlertsNeedBothLookbacks(t *testing.T) {
	now := t0.Add(60 * day)
	over := account(t0, 60*day).errors(now.Add(-70*time.Minute), time.Hour, 50).curve()
	near(t, "short lookback is clean", budget.At(over, thirty, now, budget.Options{}).Alerts()[0].Value, 0)
	idle := account(t0, 60*day).errors(now.Add(-time.Hour), time.Hour, 50).traffic(now.Add(-10*time.Minute), 10*time.Minute, 0).errors(now.Add(-10*time.Minute), 10*time.Minute, 0).curve()
	missing(t, "short lookback is idle", budget.At(idle, thirty, now, budget.Options{}).Alerts()[0].Value)
}

func TestConditionsLongerThanTheWindowAreLeftOut(t *testing.T) {
	now := t0.Add(60 * day)
	a := account(t0, 60*day).curve()
	for count, want := range map[int]int{1: 1, 6: 2, 23: 2, 24: 3, 72: 4} {
		if got := budget.At(a, budget.Terms{Target: 0.9, Window: rolling(count, slo.Hour)}, now, budget.Options{}).Alerts(); len(got) != want {
			t.Errorf("%d conditions for %d hours, want %d", len(got), count, want)
		}
	}
}

func TestShortLookbacksWaitForTheStepToFinish(t *testing.T) {
	last := t0.Add(60 * day)
	a := account(t0, 60*day).errors(last.Add(-5*time.Minute), 5*time.Minute, 3).curve()
	near(t, "29 minutes later", budget.At(a, thirty, last.Add(29*time.Minute), budget.Options{}).BurnRates()[0].Rate, 30)
	missing(t, "31 minutes later", budget.At(a, thirty, last.Add(31*time.Minute), budget.Options{}).BurnRates()[0].Rate)
}

// TestMissingDataIsNoRecovery follows what an alert says when its data ends or
// its traffic pauses: it may fire or say nothing, but must not say that all is
// well.
func TestMissingDataIsNoRecovery(t *testing.T) {
	now := t0.Add(60 * day)
	burned := func(length time.Duration, bad float64) *shape {
		return account(t0, 60*day).errors(now.Add(-length), length, bad)
	}
	pause := func(s *shape, length time.Duration) *shape {
		return s.traffic(now.Add(-length), length, 0).errors(now.Add(-length), length, 0)
	}
	for name, tt := range map[string]struct {
		account      *shape
		page, ticket budget.Value
	}{
		"data ends in an outage":             {burned(time.Hour, 50).gap(now.Add(-5*time.Minute), 5*time.Minute), budget.Some(500. * 55 / 355 / 6), budget.Some(500. * 55 / 1435 / 3)},
		"data ends in a burst":               {burned(10*time.Minute, 50).gap(now.Add(-5*time.Minute), 5*time.Minute), budget.Some(500. * 5 / 355 / 6), budget.Some(500. * 5 / 1435 / 3)},
		"data ends in a small burst":         {burned(10*time.Minute, 30).gap(now.Add(-5*time.Minute), 5*time.Minute), budget.Value{}, budget.Some(300. * 5 / 1435 / 3)},
		"data ends where all was well":       {account(t0, 60*day).gap(now.Add(-5*time.Minute), 5*time.Minute), budget.Value{}, budget.Some(0)},
		"data ended long ago in an outage":   {burned(2*time.Hour, 50).gap(now.Add(-time.Hour), time.Hour), budget.Value{}, budget.Some(500. * 60 / 1380 / 3)},
		"a pause in an outage":               {pause(burned(time.Hour, 50), 5*time.Minute), budget.Some(500. * 55 / 355 / 6), budget.Some(500. * 55 / 1435 / 3)},
		"a pause in a burst of errors":       {pause(burned(15*time.Minute, 15), 5*time.Minute), budget.Value{}, budget.Some(150. * 10 / 1435 / 3)},
		"a pause where little was bad":       {pause(burned(15*time.Minute, 1), 5*time.Minute), budget.Some(10. * 10 / 55 / 14.4), budget.Some(10. * 10 / 1435 / 3)},
		"a pause where all was well":         {pause(account(t0, 60*day), 5*time.Minute), budget.Some(0), budget.Some(0)},
		"an hour's pause where all was well": {pause(account(t0, 60*day), 2*time.Hour), budget.Some(0), budget.Some(0)},
		"a night's pause where all was well": {pause(account(t0, 60*day), 7*time.Hour), budget.Value{}, budget.Some(0)},
		"data is new":                        {account(t0, 60*day).gap(t0, 60*day-10*time.Minute), budget.Some(0), budget.Some(0)},
	} {
		t.Run(name, func(t *testing.T) {
			e := budget.At(tt.account.curve(), thirty, now, budget.Options{})
			for severity, want := range map[slo.Severity]budget.Value{slo.Page: tt.page, slo.Ticket: tt.ticket} {
				if value, ok := want.Get(); ok {
					near(t, string(severity), e.AlertValue(severity), value)
				} else {
					missing(t, string(severity), e.AlertValue(severity))
				}
			}
		})
	}
}

func TestMinBadEvents(t *testing.T) {
	now := t0.Add(60 * day)
	quiet := account(t0, 60*day).traffic(t0, 60*day, 0.2)
	one := quiet.errors(now.Add(-5*time.Minute), 5*time.Minute, 0.2).curve()
	alone := slo.BurnCondition{Severity: slo.Page, Share: 0.02, Long: time.Hour, Short: 5 * time.Minute}
	few := alone
	few.MinBadEvents = 0.5
	terms := thirty
	terms.Conditions = []slo.BurnCondition{alone, few}
	got := budget.At(one, terms, now, budget.Options{}).Alerts()
	near(t, "without", got[0].Value, 1000./12/14.4)
	near(t, "with", got[1].Value, 0.2/0.5)
}
