package frame

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// partly is an account of which the last half hour rests on partial answers.
type partly struct{ budget.Account }

func (p partly) Reading(from, to time.Time) budget.Reading {
	r := p.Account.Reading(from, to)
	since := now.Add(-30 * time.Minute)
	if from.After(since) {
		since = from
	}
	r.Provisional = max(0, float64(to.Sub(since))/float64(to.Sub(from)))
	return r
}

// TestAlertsOverPartialAnswers checks that what may be another number soon is no
// number, while it stays true that data came.
func TestAlertsOverPartialAnswers(t *testing.T) {
	for _, e := range troubles() {
		e.Account = partly{e.Account}
		for name, answer := range map[string]func(context.Context, []budget.Entry, Params) data.Frames{
			"burnAlert": BurnAlert, "exhaustionAlert": ExhaustionAlert, "budgetAlert": BudgetAlert,
		} {
			if got := value(t, answer, e, params()); got != nil {
				t.Errorf("%s of %s is %v, want null", name, e.SLO.Name, *got)
			}
		}
		if got := value(t, NoDataAlert, e, params()); got == nil || *got != 0 {
			t.Errorf("noDataAlert of %s is %v, want 0", e.SLO.Name, deref(got))
		}
	}
	// The week of the calendar ended 20 minutes ago, 10 minutes of it are doubtful.
	e := withBad("missed", true, 100, 3*day, 3*day-2*time.Hour)
	e.SLO.Window.Anchor = now.Add(-7*day - 20*time.Minute)
	if got := value(t, WindowAlert, e, params()); got == nil || *got <= 1 {
		t.Errorf("windowAlert is %v before anything is doubtful", deref(got))
	}
	e.Account = partly{e.Account}
	if got := value(t, WindowAlert, e, params()); got != nil {
		t.Errorf("windowAlert is %v, want null", *got)
	}
}

func TestNotices(t *testing.T) {
	late := func(name string) budget.Entry {
		e := withBad(name, false, 0, 0, 0)
		e.Account = account(func(age time.Duration) bool { return age < 3*time.Hour })
		return e
	}
	more := withBad("impossible", false, 1000, 15*day, 0)
	hinted := withBad("hinted", false, 0, 0, 0)
	hinted.Notices = []string{"The server has a hint"}
	closed := withBad("impossible", true, 1000, 15*day, 0)
	last := "More bad events than events in all: 2016000 of 201600 from 2026-05-26 12:00 UTC to 2026-06-02 12:00 UTC; probably the queries of bad events and of all events are swapped: Impossible"
	tests := []struct {
		name    string
		frames  data.Frames
		notices []string
	}{
		{"data began late for two", Status(t.Context(), []budget.Entry{late("pay"), late("cart"), hinted}, Params{Now: now}),
			[]string{"Data only since 2026-06-02 09:00 UTC, for 3 h of the window's 7 d: Pay, Cart", "The server has a hint"}},
		{"counts that cannot be", Status(t.Context(), []budget.Entry{more}, Params{Now: now}), []string{last}},
		{"in closed windows", Windows(t.Context(), []budget.Entry{closed}, Params{Now: now, From: now.Add(-7 * day), To: now}),
			[]string{
				"More bad events than events in all: 432000 of 43200 from 2026-06-01 00:00 UTC to 2026-06-02 12:00 UTC; probably the queries of bad events and of all events are swapped: Impossible",
				"More bad events than events in all: 2016000 of 201600 from 2026-05-25 00:00 UTC to 2026-06-01 00:00 UTC; probably the queries of bad events and of all events are swapped: Impossible",
			}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, n := range test.frames[0].Meta.Notices {
				if got = append(got, n.Text); n.Severity != data.NoticeSeverityWarning {
					t.Errorf("%s is no warning", n.Text)
				}
			}
			if !slices.Equal(got, test.notices) {
				t.Errorf("got %q\nwant %q", got, test.notices)
			}
		})
	}
}
