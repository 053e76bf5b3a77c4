package budget

import (
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func TestFactors(t *testing.T) {
	for days, want := range map[int][]float64{
		30: {14.4, 6, 3, 1},
		28: {13.44, 5.6, 2.8, 1}, // the last would be 0.93
		7:  {3.36, 1.4, 1, 1},    // the last two would be 0.7 and 0.23
	} {
		for i, c := range DefaultConditions() {
			near(t, "factor", Some(c.Factor(time.Duration(days)*day)), want[i])
		}
	}
}

func TestAlertValues(t *testing.T) {
	now := t0.Add(60 * day)
	// Two hours at 3 % are a burn rate of 30 at 99.9 %.
	a := account(t0, 60*day).errors(now.Add(-2*time.Hour), 2*time.Hour, 3).curve()
	got := Alerts(a, thirty, now, Options{})
	near(t, "1h/5m", got[0].Value, 30/14.4)
	near(t, "6h/30m", got[1].Value, 10./6)
	near(t, "1d/2h", got[2].Value, 2.5/3)
	near(t, "3d/6h", got[3].Value, 30./36)
	near(t, "page", Worst(got, Page), 30/14.4)
	near(t, "ticket", Worst(got, Ticket), 2.5/3)
	if !got[0].Firing() || got[2].Firing() {
		t.Errorf("%+v", got)
	}
	missing(t, "another severity", Worst(got, "other"))
}

func TestAlertsNeedBothLookbacks(t *testing.T) {
	now := t0.Add(60 * day)
	over := account(t0, 60*day).errors(now.Add(-70*time.Minute), time.Hour, 50).curve()
	near(t, "short lookback is clean", Alerts(over, thirty, now, Options{})[0].Value, 0)
	idle := account(t0, 60*day).errors(now.Add(-time.Hour), time.Hour, 50).traffic(now.Add(-10*time.Minute), 10*time.Minute, 0).errors(now.Add(-10*time.Minute), 10*time.Minute, 0).curve()
	missing(t, "short lookback is idle", Alerts(idle, thirty, now, Options{})[0].Value)
}

func TestConditionsLongerThanTheWindowAreLeftOut(t *testing.T) {
	now := t0.Add(60 * day)
	a := account(t0, 60*day).curve()
	for count, want := range map[int]int{1: 1, 6: 2, 23: 2, 24: 3, 72: 4} {
		if got := Alerts(a, Terms{Target: 0.9, Window: rolling(count, slo.Hour)}, now, Options{}); len(got) != want {
			t.Errorf("%d conditions for %d hours, want %d", len(got), count, want)
		}
	}
}

func TestShortLookbacksWaitForTheStepToFinish(t *testing.T) {
	last := t0.Add(60 * day)
	a := account(t0, 60*day).errors(last.Add(-5*time.Minute), 5*time.Minute, 3).curve()
	near(t, "9 minutes later", BurnRates(a, 0.999, last.Add(9*time.Minute), DefaultLookbacks())[0].Rate, 30)
	missing(t, "11 minutes later", BurnRates(a, 0.999, last.Add(11*time.Minute), DefaultLookbacks())[0].Rate)
}
