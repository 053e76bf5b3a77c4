package plugin

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
)

// weekReview reviews the week of the first outage. Its change is replaced by tests.
const weekReview = `
---
apiVersion: promise.slo/v1
kind: Review
metadata: {name: weekly-2026-05-11}
spec:
  slo: weekly
  window: {start: 2026-05-11}
  held: 2026-05-19
  answers:
    target: {verdict: no, note: It was kept before.}
    dependencies: {verdict: no, note: None failed.}
    cadence: {verdict: yes, note: Two deploys at once.}
    detection: {verdict: no, note: It paged at once.}
  learned: Much.
  change: {kind: gate, what: One deploy at a time., owner: shop}
`

// TestReviews follows a miss up: the week of 11 May, whose review is due within half a
// week, and the change that it names before the week of 25 May.
func TestReviews(t *testing.T) {
	server := promtest.Start(t, weeks)
	const change = "owner: shop}"
	done := func(day string) string {
		return strings.Replace(weekReview, change, "owner: shop, done: "+day+", evidence: a pull request}", 1)
	}
	withoutChange := weekReview[:strings.Index(weekReview, "  change:")]
	at := func(day, hour int) time.Time { return time.Date(2026, 5, day, hour, 0, 0, 0, time.UTC) }
	tests := []struct {
		name, review string
		at           time.Time
		want         string
		overdue      float64
	}{
		{"before the window closed", "", at(17, 0), "", 0},
		{"just closed", "", at(18, 1), "weekly unreviewed 0.0", 0},
		{"unreviewed", "", at(23, 12), "weekly unreviewed 2.0", 2},
		{"without a change", withoutChange, at(22, 12), "weekly no_change 1.0", 1},
		{"reviewed", weekReview, at(22, 12), "weekly change_open 0.0", 0},
		{"the change is late", weekReview, at(26, 12), "weekly late 1.5", 1.5},
		{"the change came late", done("2026-05-25"), at(26, 12), "weekly late 0.0", 0},
		{"the change is in place", done("2026-05-24"), at(26, 12), "weekly in_place 0.0", 0},
		{"a window of the past", "", at(31, 23), "weekly unreviewed 10.5", 10.5},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			instance, err := factory(func() time.Time { return test.at })(t.Context(), source(t, server.URL, inline(weeklyDefinitions+test.review)))
			if err != nil {
				t.Fatal(err)
			}
			d := instance.(*Datasource)
			defer d.Dispose()
			table := askReviews(t, d, test.at, "reviews")
			if got := strings.Join(reviewRows(t, table, "weekly"), ", "); got != test.want {
				t.Errorf("got %s, want %s; %v", got, test.want, table[0].Meta.Notices)
			}
			for _, f := range askReviews(t, d, test.at, "reviewAlert") {
				if v, ok := f.Fields[0].ConcreteAt(0); f.Fields[0].Labels["slo"] == "weekly" && (!ok || v.(float64) < test.overdue-0.05 || v.(float64) > test.overdue+0.05) {
					t.Errorf("the alert's number is %v, want %v", v, test.overdue)
				}
			}
		})
	}
	t.Run("an overspend", func(t *testing.T) {
		d := open(t, source(t, server.URL, inline(weeklyDefinitions)))
		rows := reviewRows(t, askReviews(t, d, now, "reviews"), "rolling")
		if len(rows) != 1 || !strings.HasPrefix(rows[0], "rolling unreviewed") {
			t.Errorf("got %v", rows)
		}
	})
	t.Run("a window that was kept", func(t *testing.T) {
		d := open(t, source(t, server.URL, inline(weeklyDefinitions+strings.Replace(weekReview, "{start: 2026-05-11}", "{start: 2026-05-18}", 1))))
		f := askReviews(t, d, now, "reviews")[0]
		if !strings.Contains(fmt.Sprint(f.Meta.Notices), "is about a time that was kept, from 2026-05-18 00:00 UTC") {
			t.Errorf("got %+v", f.Meta.Notices)
		}
	})
}

func askReviews(t *testing.T, d *Datasource, at time.Time, queryType string) data.Frames {
	t.Helper()
	q := backend.DataQuery{RefID: "A", JSON: written(t, map[string]any{"queryType": queryType}), TimeRange: backend.TimeRange{From: firstWeek, To: at}}
	answer, err := d.QueryData(t.Context(), &backend.QueryDataRequest{Queries: []backend.DataQuery{q}})
	if err != nil || answer.Responses["A"].Error != nil {
		t.Fatal(err, answer.Responses["A"].Error)
	}
	return answer.Responses["A"].Frames
}

// reviewRows returns the rows of an SLO: its name, the state and the days overdue.
func reviewRows(t *testing.T, frames data.Frames, slo string) []string {
	t.Helper()
	var rows []string
	f := frames[0]
	for i := range f.Rows() {
		name, _ := field(t, f, "slo").ConcreteAt(i)
		state, _ := field(t, f, "review").ConcreteAt(i)
		if name == slo {
			rows = append(rows, fmt.Sprintf("%s %s %.1f", name, state, number(t, f, "overdueDays", i)))
		}
	}
	return rows
}
