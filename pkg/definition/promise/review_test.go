package promise_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/deftest"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// now is the time at which the documents of these tests are read.
var now = deftest.Day(2026, 11, 20)

func readAt(now time.Time, files ...definition.File) *definition.Set {
	r := definition.Reader{Now: func() time.Time { return now }}
	return r.Read(files...)
}

// calendarSLO returns the SLO of Ratio with quarters in Paris.
func calendarSLO(t *testing.T) string {
	return deftest.Change(t, deftest.Ratio, deftest.RollingWindow, "    - duration: 1Q\n      calendar: {startTime: 2026-01-01 00:00:00, timeZone: Europe/Paris}\n")
}

func TestReadReview(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	day := func(month time.Month, day int) time.Time { return time.Date(2026, month, day, 0, 0, 0, 0, paris) }
	want := slo.Review{
		Name: "checkout-q3", Objective: "availability", Miss: slo.MissID{Start: day(7, 1), End: day(10, 1)}, Held: day(10, 5),
		Answers: slo.Answers{
			Target: slo.Answer{Verdict: "no", Note: "It held for a year."}, Dependencies: slo.Answer{Verdict: "partly", Note: "The bank has no second site."},
			Cadence: slo.Answer{Verdict: "yes", Note: "Two migrations in a week."}, Detection: slo.Answer{Verdict: "no", Note: "The page came within a minute."},
		},
		Learned: "A migration and a deploy at once cannot be told apart.",
		Change: &slo.Change{
			Kind: "gate", What: "Migrations run alone.", Owner: "payments", Due: day(12, 1), Done: day(11, 1), Evidence: "https://example.com/pull/1",
		},
		Report: "https://example.com/report", Source: slo.Position{File: "r.yaml", Line: 1, Column: 1},
	}
	set := readAt(now, deftest.File("a.yaml", calendarSLO(t)), deftest.File("r.yaml", deftest.Review))
	if len(set.Problems) > 0 || len(set.SLOs) != 1 {
		t.Fatalf("%d SLOs, %v", len(set.SLOs), set.Problems)
	}
	if got := set.SLOs[0].Reviews; len(got) != 1 || !reflect.DeepEqual(got[0], want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	set = readAt(now, deftest.File("a.yaml", calendarSLO(t)), deftest.File("r.yaml", deftest.Change(t, deftest.Review, "    due: 2026-12-01\n", "", "    end: 2026-10-01\n", "")))
	r := set.SLOs[0].Reviews[0]
	if !r.Change.Due.Equal(day(12, 31)) || !r.Miss.End.Equal(day(10, 1)) {
		t.Errorf("by default the change is due on %s, the window ends at %s", r.Change.Due, r.Miss.End)
	}
}

func TestReviewProblems(t *testing.T) {
	change := deftest.Review[strings.Index(deftest.Review, "  change:"):strings.Index(deftest.Review, "  report:")]
	window := "  window:\n    start: 2026-07-01\n    end: 2026-10-01\n"
	tests := []struct {
		name  string
		pairs []string
		want  string
	}{
		{"valid", nil, ""},
		{"unknown SLO", []string{"slo: checkout\n", "slo: chekout\n"}, `6: spec.slo: there is no SLO named "chekout"; did you mean checkout?`},
		{"unknown objective", []string{"objective: availability", "objective: latency"}, `7: spec.objective: the SLO "checkout" has no objective named "latency"; write availability`},
		{"no window", []string{window, ""}, `6: spec: has none of window, overspend; write one of them`},
		{"both", []string{window, window + "  overspend: {start: 2026-07-01T09:05:00Z}\n"}, `11: spec.overspend: is given as well as window; write only one of them`},
		{"overspend of a calendar window", []string{window, "  overspend: {start: 2026-07-02T09:05:00Z}\n"}, `8: spec.overspend: the SLO has a calendar window (1Q calendar (Europe/Paris)), whose misses are windows; write window with its start`},
		{"no start", []string{"    start: 2026-07-01\n", ""}, `9: spec.window.start: is missing; write when the window started, such as 2026-07-01`},
		{"a start within", []string{"start: 2026-07-01", "start: 2026-08-01"}, `9: spec.window.start: no window (1Q calendar (Europe/Paris)) starts at 2026-08-01T00:00:00+02:00; write 2026-07-01 or 2026-10-01`},
		{"midnight elsewhere", []string{"start: 2026-07-01", "start: 2026-07-01T00:00:00Z"}, `9: spec.window.start: no window (1Q calendar (Europe/Paris)) starts at 2026-07-01T02:00:00+02:00; write 2026-07-01 or 2026-10-01`},
		{"another end", []string{"end: 2026-10-01", "end: 2026-09-30"}, `10: spec.window.end: the window does not end at 2026-09-30T00:00:00+02:00; write 2026-10-01, or remove it`},
		{"not over", []string{"start: 2026-07-01\n    end: 2026-10-01", "start: 2026-10-01\n    end: 2027-01-01"}, `9: spec.window: the window is not over before 2027-01-01T00:00:00+01:00; review it once it has closed`},
		{"to come", []string{"start: 2026-07-01\n    end: 2026-10-01", "start: 2027-01-01\n    end: 2027-04-01"}, `9: spec.window.start: lies in the future; write a miss that has been`},
		{"held in the future", []string{"held: 2026-10-05", "held: 2026-12-05"}, `11: spec.held: lies in the future; write the day on which the review took place, once it has`},
		{"held before", []string{"held: 2026-10-05", "held: 2026-06-05"}, `11: spec.held: lies before what is reviewed; write the day on which the review took place`},
		{"not held", []string{"  held: 2026-10-05\n", ""}, `6: spec.held: is missing; write the day on which the review took place, such as 2026-10-05`},
		{"a question without an answer", []string{"    cadence: {verdict: yes, note: Two migrations in a week.}\n", ""}, `13: spec.answers.cadence: is missing; answer the question: Did changes come too fast?`},
		{"no answers", []string{deftest.Review[strings.Index(deftest.Review, "  answers:"):strings.Index(deftest.Review, "  learned:")], ""}, `6: spec.answers: is missing; write a verdict and a note for each of target, dependencies, cadence and detection`},
		{"no note", []string{", note: It held for a year.", ""}, `13: spec.answers.target.note: is missing; write what led to the verdict`},
		{"another verdict", []string{"verdict: partly", "verdict: maybe"}, `14: spec.answers.dependencies.verdict: "maybe" is not one of yes, partly, no; write yes, or partly, or no`},
		{"a verdict of true", []string{"verdict: partly", "verdict: true"}, `14: spec.answers.dependencies.verdict: is true or false, not text; put it in quotes: "true"`},
		{"nothing learned", []string{"  learned: A migration and a deploy at once cannot be told apart.\n", ""}, `6: spec.learned: is missing; write what was learned about the system`},
		{"no change", []string{change, ""}, `6: spec.change: is missing; write the one change that is in place before the next budget is spent: kind, what and owner`},
		{"two changes", []string{change, "  change:\n    - {kind: test, what: a, owner: b}\n    - {kind: test, what: c, owner: d}\n"}, `19: spec.change: has 2 changes; a review has one; keep the one that matters most; track the others where you track work`},
		{"changes", []string{"  change:", "  changes:"}, `19: spec.changes: is not a known field; did you mean change?`},
		{"the change twice", []string{change, change + change}, `25: spec.change: is given twice, first on line 19; remove one of them`},
		{"kind of change", []string{"kind: gate", "kind: meeting"}, `19: spec.change.kind: "meeting" is not one of test, alert, gate, deprecation, other; write test, or alert, or gate, or deprecation, or other`},
		{"no owner", []string{"    owner: payments\n", ""}, `19: spec.change.owner: is missing; write which team makes the change`},
		{"done in the future", []string{"done: 2026-11-01", "done: 2026-12-01"}, `23: spec.change.done: lies in the future; write since when the change is in place, once it is`},
		{"done before", []string{"done: 2026-11-01", "done: 2026-06-30"}, `23: spec.change.done: lies before what is reviewed; write a change that follows from the miss`},
		{"done without evidence", []string{"    evidence: https://example.com/pull/1\n", ""}, `19: spec.change.evidence: is missing; write what shows that the change is in place, such as a link`},
		{"due too late", []string{"due: 2026-12-01", "due: 2027-01-01"}, `22: spec.change.due: lies after 2026-12-31, when the next window opens; have the change in place by then, so that it helps the next budget (warning)`},
		{"due before the window was over", []string{"due: 2026-12-01", "due: 2026-09-30"}, `22: spec.change.due: lies before the miss was known, on 2026-10-01; write a day from the review on, or remove it for 2026-12-31`},
		{"due before the review", []string{"due: 2026-12-01", "due: 2026-10-04"}, `22: spec.change.due: lies before the review was held; write a day from the review on, or remove it for 2026-12-31 (warning)`},
		{"due on the day of the review", []string{"due: 2026-12-01", "due: 2026-10-05"}, ``},
		{"held in the window", []string{"held: 2026-10-05", "held: 2026-09-30"}, `11: spec.held: lies before the window was over, on 2026-10-01; write the day on which the review took place; more may have burned after it (warning)`},
		{"evidence of what is not done", []string{"    done: 2026-11-01\n", ""}, `23: spec.change.evidence: shows nothing as long as done is missing; write done: the day on which the change was in place (warning)`},
		{"a list of one change", []string{change, "  change:\n    - {kind: test, what: a, owner: b}\n"}, `19: spec.change: is a list; a review has one change; write its fields below change, without a dash`},
		{"report", []string{"report: https", "report: ftp"}, `25: spec.report: "ftp://example.com/report" is not a web address; write one that begins with https:// or http://`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			set := readAt(now, deftest.File("a.yaml", calendarSLO(t)), deftest.File("p.yaml", deftest.Change(t, deftest.Review, test.pairs...)))
			if len(set.SLOs) != 1 {
				t.Fatalf("the SLO was refused: %v", set.Problems)
			}
			if got := problemLines(set); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			reviews, changeOnly := set.SLOs[0].Reviews, strings.Contains(test.want, "spec.change") && !strings.Contains(test.want, "not a known field; did")
			switch {
			case test.want == "" || strings.HasSuffix(test.want, "(warning)"):
				if len(reviews) != 1 || reviews[0].Change == nil {
					t.Errorf("the reviews are %+v", reviews)
				}
			case changeOnly && strings.Contains(test.name, "the change twice"):
			case changeOnly:
				if len(reviews) != 1 || reviews[0].Change != nil {
					t.Errorf("a review without a valid change is kept without it; got %+v", reviews)
				}
			case len(reviews) > 0:
				t.Errorf("the reviews are %+v", reviews)
			}
		})
	}
}

// problemLines returns the problems of the file p.yaml, a line each.
func problemLines(set *definition.Set) string {
	var lines []string
	for _, p := range set.Problems {
		line := p.Error()
		if p.Severity == definition.Warning {
			line += " (warning)"
		}
		lines = append(lines, strings.TrimPrefix(line, "p.yaml:"))
	}
	return strings.Join(lines, "\n")
}

func TestReviewsOfRollingWindows(t *testing.T) {
	overspend := deftest.Change(t, deftest.Review, "  window:\n    start: 2026-07-01\n    end: 2026-10-01\n", "  overspend: {start: 2026-09-14T09:05:00Z}\n", "    due: 2026-12-01\n", "")
	set := readAt(now, deftest.File("a.yaml", deftest.Ratio), deftest.File("p.yaml", overspend))
	if got := problemLines(set); got != "" {
		t.Fatal(got)
	}
	r := set.SLOs[0].Reviews[0]
	started := time.Date(2026, 9, 14, 9, 5, 0, 0, time.UTC)
	if !r.Miss.Is(slo.MissID{Start: started}) || !r.Change.Deadline().Equal(deftest.Day(2026, 10, 12)) {
		t.Errorf("got %+v, due by %s", r.Miss, r.Change.Deadline())
	}
	aDay := deftest.Change(t, overspend, "2026-09-14T09:05:00Z", "2026-09-14")
	const moment = `8: spec.overspend.start: "2026-09-14" is not a date with a time; write it to the minute, such as 2026-01-15T09:05:00Z`
	if got := problemLines(readAt(now, deftest.File("a.yaml", deftest.Ratio), deftest.File("p.yaml", aDay))); got != moment {
		t.Errorf("got %s", got)
	}
	set = readAt(now, deftest.File("a.yaml", deftest.Ratio), deftest.File("p.yaml", deftest.Review))
	const want = `9: spec.window: the SLO has a rolling window (28d rolling), which never closes; write overspend with the time from which no budget was left`
	if got := problemLines(set); got != want {
		t.Errorf("got %s", got)
	}
}

func TestDueIsADay(t *testing.T) {
	moment := deftest.Change(t, deftest.Review, "due: 2026-12-01", "due: 2026-11-30T23:30:00Z", "    done: 2026-11-01\n    evidence: https://example.com/pull/1\n", "")
	set := readAt(now, deftest.File("a.yaml", calendarSLO(t)), deftest.File("p.yaml", moment))
	if got := problemLines(set); got != "" {
		t.Fatal(got)
	}
	if got := set.SLOs[0].Reviews[0].Change.Deadline().UTC(); !got.Equal(time.Date(2026, 12, 1, 23, 0, 0, 0, time.UTC)) {
		t.Errorf("it is late from %s; in Paris that is not the end of a day", got)
	}
}

// A document whose kind is misspelled is read as what was meant.
func TestMisspelledKinds(t *testing.T) {
	for kind, document := range map[string]string{"Review": deftest.Review, "Override": deftest.Override} {
		for _, written := range []string{strings.ToLower(kind), kind + "s"} {
			set := readAt(now, deftest.File("a.yaml", calendarSLO(t)), deftest.File("p.yaml", deftest.Change(t, document, "kind: "+kind, "kind: "+written)))
			want := `2: kind: "` + written + `" is not one of Promise, Review, Override; did you mean ` + kind + `?`
			if got := problemLines(set); !strings.HasPrefix(got, want) || strings.Contains(got, "known field") {
				t.Errorf("got %s", got)
			}
			if s := set.SLOs[0]; len(s.Reviews)+len(s.Overrides) > 0 {
				t.Errorf("it has %+v, %+v", s.Reviews, s.Overrides)
			}
		}
	}
}

func TestOneReviewAMiss(t *testing.T) {
	set := readAt(now, deftest.File("a.yaml", calendarSLO(t)), deftest.File("o.yaml", deftest.Review), deftest.File("p.yaml", deftest.Review))
	if got := problemLines(set); got != "9: spec.window: the same miss is reviewed at o.yaml:9; remove one of the reviews" {
		t.Errorf("got %s", got)
	}
	if len(set.SLOs[0].Reviews) != 1 {
		t.Errorf("%d reviews", len(set.SLOs[0].Reviews))
	}
}
