package frame

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget/budgettest"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// withBad is an SLO of a week with 100 events a step, of which so many were bad
// while they were as old as that.
func withBad(name string, calendar bool, bad float64, from, to time.Duration) budget.Entry {
	n := int(21 * day / step)
	failed, total, known := make([]float64, n), make([]float64, n), make([]bool, n)
	for i := range n {
		age := time.Duration(n-1-i) * step
		total[i], known[i] = 100, true
		if age < from && age >= to {
			failed[i] = bad
		}
	}
	s := promise(name, calendar)
	return budget.Entry{SLO: s, Objective: s.Objectives[0], Account: budgettest.NewCurve(now.Add(-21*day), step, failed, total, known), AsOf: now}
}

// troubles are SLOs in trouble: all fails, the
// budget leaks away, is gone, was gone when the week ended yesterday at midnight.
func troubles() []budget.Entry {
	return []budget.Entry{
		withBad("outage", false, 100, 10*time.Minute, 0),
		withBad("leak", false, 1.5, 4*day, 0),
		withBad("gone", false, 100, 3*day, 3*day-2*time.Hour),
		withBad("missed", true, 100, 3*day, 3*day-2*time.Hour),
	}
}

// value is the number of an entry, nil if it is null.
func value(t *testing.T, answer func(context.Context, []budget.Entry, Params) data.Frames, e budget.Entry, p Params) *float64 {
	t.Helper()
	frames := answer(t.Context(), []budget.Entry{e}, p)
	if len(frames) == 0 || len(frames[0].Fields) != 1 {
		t.Fatalf("%d frames", len(frames))
	}
	return frames[0].Fields[0].At(0).(*float64)
}

func TestAlertNumbers(t *testing.T) {
	p := Params{Now: now, To: now}
	earlier, late := p, p
	earlier.Now, earlier.To = now.Add(-13*time.Hour), now.Add(-13*time.Hour)
	late.Now, late.To = now.Add(40*time.Minute), now.Add(40*time.Minute)
	all := troubles()
	outage, leak, gone, missed := all[0], all[1], all[2], all[3]
	tests := []struct {
		name   string
		answer func(context.Context, []budget.Entry, Params) data.Frames
		entry  budget.Entry
		params Params
		want   float64
	}{
		{"10 minutes of outage page", BurnAlert, outage, p, 100 * 10. / 60 / 3.36},
		{"a leak eats a seventh and a half a day", ExhaustionAlert, leak, p, 24 * (7 - 4*1.5) / 1.5},
		{"what was missed goes on well", ExhaustionAlert, missed, p, math.Inf(1)},
		{"what is gone went when the 20th of its 24 steps failed", ExhaustionAlert, gone, p, -(72 - 1.68)},
		{"what is gone", BudgetAlert, gone, p, 24 * 100 / (2016 * 1.)},
		{"a leak", BudgetAlert, leak, p, 4 * 1.5 / 7},
		{"a missed week", WindowAlert, missed, earlier, 24 * 100 / (2016 * 1.)},
		{"a missed week is no news for ever", WindowAlert, missed, p, 0},
		{"rolling windows never close", WindowAlert, gone, earlier, 0},
		{"data", NoDataAlert, gone, p, 0},
		{"no data", NoDataAlert, gone, late, 40},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := value(t, test.answer, test.entry, test.params)
			if got == nil || *got != test.want && math.Abs(*got-test.want) > 1e-6 {
				t.Errorf("got %v, want %v", deref(got), test.want)
			}
		})
	}
}

func deref(v *float64) any {
	if v == nil {
		return "null"
	}
	return *v
}

// TestAlertsOfOldData checks that an account that is not up to date has no
// number that could be taken for health, nor a firing one that could resolve.
func TestAlertsOfOldData(t *testing.T) {
	for _, e := range troubles() {
		e.AsOf, e.Err = now.Add(-time.Minute), errors.New("the server refuses the query")
		for name, answer := range map[string]func(context.Context, []budget.Entry, Params) data.Frames{
			"burnAlert": BurnAlert, "exhaustionAlert": ExhaustionAlert, "budgetAlert": BudgetAlert, "windowAlert": WindowAlert,
		} {
			if got := value(t, answer, e, params()); got != nil {
				t.Errorf("%s of %s is %v, want null", name, e.SLO.Name, *got)
			}
		}
	}
}

// TestAlertInstances checks that what an alert is about does not change its
// name while it fires.
func TestAlertInstances(t *testing.T) {
	short, long := withBad("outage", false, 100, 10*time.Minute, 0), withBad("outage", false, 5, 3*day, 0)
	want := data.Labels{
		"slo": "outage", "objective": "99", "service": "shop", "team": "payments", "severity": "page", "window": "7d rolling",
	}
	for _, e := range []budget.Entry{short, long} {
		if got := BurnAlert(t.Context(), []budget.Entry{e}, params())[0].Fields[0].Labels; !got.Equals(want) {
			t.Errorf("labels are %v, want %v", got, want)
		}
	}
}

// TestOneSeverity checks that a rule can be about pages alone, or tickets.
func TestOneSeverity(t *testing.T) {
	e := withBad("outage", false, 100, 10*time.Minute, 0)
	for _, want := range slo.Severities() {
		p := params()
		p.Severity, p.Broken = want, nil
		frames := BurnAlert(t.Context(), []budget.Entry{e}, p)
		if len(frames) != 1 || frames[0].Fields[0].Labels["severity"] != string(want) {
			t.Errorf("%s: got %d frames, the first with the labels %v", want, len(frames), frames[0].Fields[0].Labels)
		}
	}
}

// TestDisabledAlerts checks that an SLO whose author wants no alerts has none.
func TestDisabledAlerts(t *testing.T) {
	e := troubles()[0]
	e.SLO.Alerting.Page.Disabled, e.SLO.Alerting.Ticket.Disabled = true, true
	for name, answer := range map[string]func(context.Context, []budget.Entry, Params) data.Frames{
		"burnAlert": BurnAlert, "exhaustionAlert": ExhaustionAlert, "budgetAlert": BudgetAlert, "windowAlert": WindowAlert, "noDataAlert": NoDataAlert,
	} {
		if frames := answer(t.Context(), []budget.Entry{e}, Params{Now: now}); len(frames) != 1 || len(frames[0].Fields) != 0 {
			t.Errorf("%s has %d frames, want an empty one", name, len(frames))
		}
	}
}

// TestInfinity checks that +Inf reaches Grafana, which asks in Arrow and shows
// in JSON, and is no null there: a rule that compares it is Normal.
func TestInfinity(t *testing.T) {
	f := ExhaustionAlert(t.Context(), troubles()[3:], Params{Now: now})[0]
	check := func(way string, back *data.Frame, err error) {
		if err != nil {
			t.Fatalf("%s: %v", way, err)
		}
		if got, ok := back.Fields[0].ConcreteAt(0); !ok || !math.IsInf(got.(float64), 1) {
			t.Errorf("%s: got %v, want +Inf", way, got)
		}
		if got, err := back.Fields[0].NullableFloatAt(0); err != nil || got == nil || *got < 24 {
			t.Errorf("%s: an expression sees %v, %v", way, deref(got), err)
		}
	}
	packed, err := f.MarshalArrow()
	if err != nil {
		t.Fatal(err)
	}
	back, err := data.UnmarshalArrowFrame(packed)
	check("Arrow", back, err)
	text, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	var read data.Frame
	err = json.Unmarshal(text, &read)
	check("JSON", &read, err)
}
