package review_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget/budgettest"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/review"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

const (
	day  = 24 * time.Hour
	step = 5 * time.Minute
)

// t0 is a Monday, on which the first of six weeks begins.
var t0 = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

// outage says when all 100 events of each step were bad. A week's budget is 2016 bad
// events, so that an outage of 101 minutes spends it.
type outage struct{ from, length time.Duration }

func account(outages ...outage) *budgettest.Curve {
	n := int(42 * day / step)
	bad, total := make([]float64, n), make([]float64, n)
	for i := range n {
		total[i] = 100
		at := time.Duration(i) * step
		for _, o := range outages {
			if at >= o.from && at < o.from+o.length {
				bad[i] = 100
			}
		}
	}
	return budgettest.NewCurve(t0, step, bad, total, nil)
}

func entry(a budget.Account, calendar bool, reviews ...slo.Review) budget.Entry {
	s := slo.SLO{
		Name: "checkout", Service: "shop", Labels: map[string]string{"team": "payments"},
		Window:     slo.Window{Period: slo.Period{Count: 7, Unit: slo.Day}, Calendar: calendar, Anchor: t0},
		Objectives: []slo.Objective{{Name: "99", Target: 0.99}}, Reviews: reviews,
		Promise: &slo.Promise{DependsOn: []string{"bank"}},
	}
	return budget.Entry{SLO: s, Objective: s.Objectives[0], Account: a}
}

// secondWeek is the miss of the week that began at t0+7d.
var secondWeek = slo.MissID{Start: t0.Add(7 * day), End: t0.Add(14 * day)}

func reviewed(m slo.MissID, c *slo.Change) slo.Review {
	return slo.Review{Name: "r", Objective: "99", Miss: m, Held: m.Start, Change: c}
}

func TestStates(t *testing.T) {
	outages := []outage{{8 * day, 3 * time.Hour}}
	due := t0.Add(20 * day) // the last day of the week after
	change := func(done time.Time) *slo.Change {
		return &slo.Change{Kind: "test", What: "a", Owner: "b", Due: due, Done: done}
	}
	at := t0.Add
	for name, tt := range map[string]struct {
		reviews []slo.Review
		now     time.Time
		want    review.State
		overdue float64
	}{
		"just missed":              {nil, at(14 * day), review.Unreviewed, 0},
		"to be reviewed":           {nil, at(17*day + 12*time.Hour), review.Unreviewed, 0},
		"unreviewed for days":      {nil, at(19*day + 12*time.Hour), review.Unreviewed, 2},
		"another is reviewed":      {[]slo.Review{reviewed(slo.MissID{Start: t0, End: secondWeek.Start}, change(time.Time{}))}, at(15 * day), review.Unreviewed, 0},
		"another objective is":     {[]slo.Review{{Objective: "other", Miss: secondWeek}}, at(15 * day), review.Unreviewed, 0},
		"no change":                {[]slo.Review{reviewed(secondWeek, nil)}, at(18*day + 12*time.Hour), review.NoChange, 1},
		"change open":              {[]slo.Review{reviewed(secondWeek, change(time.Time{}))}, at(21*day - 1), review.ChangeOpen, 0},
		"change late":              {[]slo.Review{reviewed(secondWeek, change(time.Time{}))}, at(22 * day), review.Late, 1},
		"change in place":          {[]slo.Review{reviewed(secondWeek, change(at(16*day)))}, at(22 * day), review.InPlace, 0},
		"in place on its last day": {[]slo.Review{reviewed(secondWeek, change(due))}, at(22 * day), review.InPlace, 0},
		"in place, but not yet":    {[]slo.Review{reviewed(secondWeek, change(at(21*day)))}, at(20 * day), review.ChangeOpen, 0},
		"late, and not yet":        {[]slo.Review{reviewed(secondWeek, change(at(25*day)))}, at(22 * day), review.Late, 1},
		"reviewed later":           {[]slo.Review{{Objective: "99", Miss: secondWeek, Held: at(20 * day), Change: change(at(20 * day))}}, at(18*day + 12*time.Hour), review.Unreviewed, 1},
		"in place too late":        {[]slo.Review{reviewed(secondWeek, change(at(21*day)))}, at(25 * day), review.Late, 0},
	} {
		t.Run(name, func(t *testing.T) {
			e := entry(account(outages...), true, tt.reviews...)
			misses := review.Of(e, t0, tt.now, budget.Options{})
			if len(misses) != 1 || !misses[0].Is(secondWeek) {
				t.Fatalf("the misses are %+v", misses)
			}
			if got := misses[0].State(tt.now); got != tt.want || misses[0].OverdueDays(tt.now) != tt.overdue {
				t.Errorf("it is %s and %v days overdue, want %s and %v", got, misses[0].OverdueDays(tt.now), tt.want, tt.overdue)
			}
			if got, ok := review.WorstOverdue(e, tt.now, budget.Options{}); !ok || got != tt.overdue {
				t.Errorf("overdue by %v, %v", got, ok)
			}
		})
	}
}

func TestMisses(t *testing.T) {
	spent := []outage{{8 * day, 3 * time.Hour}, {23 * day, 2 * time.Hour}}
	for name, tt := range map[string]struct {
		entry budget.Entry
		from  time.Time
		want  string
	}{
		"windows":               {entry(account(spent...), true), t0, "22 Jun to 29 Jun, 8 Jun to 15 Jun"},
		"later ones":            {entry(account(spent...), true), t0.Add(15 * day), "22 Jun to 29 Jun"},
		"kept":                  {entry(account(outage{8 * day, time.Hour}), true), t0, ""},
		"no account":            {entry(nil, true), t0, ""},
		"overspends":            {entry(account(spent...), false), t0, "24 Jun to 1 Jul, 9 Jun to 16 Jun"},
		"overspends that ended": {entry(account(spent...), false), t0.Add(18 * day), "24 Jun to 1 Jul"},
		"nothing overspent":     {entry(account(outage{8 * day, time.Hour}), false), t0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, m := range review.Of(tt.entry, tt.from, t0.Add(42*day), budget.Options{}) {
				got = append(got, m.Start.Format("2 Jan")+" to "+m.Ended.Format("2 Jan"))
			}
			if strings.Join(got, ", ") != tt.want {
				t.Errorf("got %v, want %s", got, tt.want)
			}
		})
	}
}

// An overspend keeps its identity however long it lasts and from when it is looked at.
func TestOverspendsKeepTheirReview(t *testing.T) {
	a := account(outage{8 * day, 20 * day}) // goes on for three windows
	started := t0.Add(8*day + 100*time.Minute)
	e := entry(a, false, reviewed(slo.MissID{Start: started.Truncate(time.Minute)}, nil))
	for _, days := range []int{9, 15, 20, 30, 34} {
		now := t0.Add(time.Duration(days) * day)
		for _, from := range []time.Time{now.Add(-day), now.Add(-6 * day)} {
			misses := review.Of(e, from, now, budget.Options{})
			if len(misses) != 1 || misses[0].State(now) != review.NoChange || misses[0].Start.Sub(started).Abs() > 2*time.Minute {
				t.Errorf("after %d days since %s: %d misses", days, from, len(misses))
				for _, m := range misses {
					t.Error(m.Start, m.Ended, m.State(now))
				}
			}
		}
	}
}

func TestNothingIsKnownWithoutData(t *testing.T) {
	now := t0.Add(42 * day)
	failed := entry(account(), true)
	failed.Err = fmt.Errorf("the server is away")
	for name, e := range map[string]budget.Entry{
		"no account": entry(nil, true), "an error": failed, "nothing in it": entry(budgettest.NewCurve(t0, step, nil, nil, nil), true),
	} {
		if days, ok := review.WorstOverdue(e, now, budget.Options{}); ok {
			t.Errorf("%s: %v days", name, days)
		}
	}
}

func TestUnfounded(t *testing.T) {
	now := t0.Add(42 * day)
	week := func(n int) slo.MissID {
		return slo.MissID{Start: t0.Add(time.Duration(7*n) * day), End: t0.Add(time.Duration(7*n+7) * day)}
	}
	e := entry(account(outage{8 * day, 3 * time.Hour}), true, reviewed(week(1), nil), reviewed(week(2), nil))
	if got := review.Unfounded(e, t0, now, budget.Options{}); len(got) != 1 || got[0].Miss != week(2) {
		t.Errorf("got %+v", got)
	}
	rolling := entry(account(outage{8 * day, 3 * time.Hour}), false, reviewed(slo.MissID{Start: t0.Add(8*day + 105*time.Minute)}, nil), reviewed(slo.MissID{Start: t0.Add(20 * day)}, nil))
	if got := review.Unfounded(rolling, t0, now, budget.Options{}); len(got) != 1 || !got[0].Miss.Start.Equal(t0.Add(20*day)) {
		t.Errorf("got %+v", got)
	}
}

func TestFacts(t *testing.T) {
	now := t0.Add(42 * day)
	m := review.Of(entry(account(outage{8 * day, 3 * time.Hour}, outage{10 * day, 10 * time.Minute}), true), t0, now, budget.Options{})[0]
	bank := entry(account(outage{8*day + time.Hour, 2 * time.Hour}, outage{12 * day, time.Hour}), true)
	bank.SLO.Name, bank.SLO.Service = "bank", "bank"
	changes := []review.Change{{At: t0, What: "long ago"}, {At: t0.Add(8*day - 2*time.Hour), What: "v1"}, {At: t0.Add(8*day - time.Hour), What: "v2"}, {At: t0.Add(8*day + time.Hour), What: "v3"}, {At: t0.Add(20 * day), What: "later"}}
	f := m.Facts(review.Sources{Dependencies: []budget.Entry{bank}, Changes: review.Changes{All: changes}, Parts: map[string]budget.Account{"route": m.Entry.Account}}, budget.Options{})
	if len(f.Incidents) != 2 || f.Incidents[0].Share.Or(0) < 1.7 {
		t.Errorf("incidents %+v", f.Incidents)
	}
	if len(f.Alerts) == 0 || f.Alerts[0].From.Before(t0.Add(8*day)) || f.Alerts[0].From.After(t0.Add(8*day+time.Hour)) {
		t.Errorf("alerts %+v", f.Alerts)
	}
	var course []string
	for _, c := range f.Course {
		course = append(course, fmt.Sprintf("%.2f", c.Share.Or(-1)))
	}
	if got := strings.Join(course, " "); got != "1.79 1.88 1.88 1.88" {
		t.Errorf("the budget went %s", got)
	}
	if len(f.Contributors) != 2 || f.Contributors[0].Name != "route" || f.Contributors[0].OfBad.Or(0) != 1 {
		t.Errorf("contributors %+v", f.Contributors)
	}
	if len(f.Elsewhere) != 1 || !f.Elsewhere[0].Start.Equal(t0.Add(8*day+time.Hour)) {
		t.Errorf("elsewhere %+v", f.Elsewhere)
	}
	var whats []string
	for _, c := range f.Changes {
		whats = append(whats, c.What)
	}
	if strings.Join(whats, " ") != "v2 v3" {
		t.Errorf("changes %v", whats)
	}
	if got := m.DependenciesOf([]slo.SLO{m.Entry.SLO, bank.SLO, {Name: "other", Service: "other"}}); len(got) != 1 || got[0].Name != "bank" {
		t.Errorf("dependencies %+v", got)
	}
}

func TestChangesOf(t *testing.T) {
	at := func(n int) time.Time { return t0.Add(time.Duration(n) * time.Minute) }
	series := []review.Series{
		{Labels: labels.FromStrings("version", "1"), At: []time.Time{at(0), at(1), at(2)}, Values: []float64{1, 1, 1}},
		{Labels: labels.FromStrings("version", "2"), At: []time.Time{at(3), at(4)}, Values: []float64{1, 1}},
		{Labels: labels.FromStrings("job", "deploys"), At: []time.Time{at(0), at(1), at(2)}, Values: []float64{7, 8, 8}},
	}
	var got []string
	for _, c := range review.ChangesOf(series, at(0)).All {
		got = append(got, c.At.Format("04 ")+c.What)
	}
	if want := []string{`01 {job="deploys"} 8`, `03 {version="2"} 1`}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

const definitions = `apiVersion: openslo/v1
kind: SLO
metadata: {name: checkout, labels: {team: payments}}
spec:
  service: shop
  indicator: {metadata: {name: errors}, spec: {ratioMetric: {counter: true,
    bad: {metricSource: {type: Prometheus, spec: {query: 'a{code="500"}'}}}, total: {metricSource: {type: Prometheus, spec: {query: a}}}}}}
  timeWindow: [%s]
  budgetingMethod: Occurrences
  objectives: [{target: 0.99}]
---
`

// What is missing in a document is what people have to answer, and nothing else.
func TestDocument(t *testing.T) {
	now := t0.Add(42 * day)
	for name, window := range map[string]string{
		"calendar": `{duration: 1w, isRolling: false, calendar: {startTime: "2026-06-01 00:00:00", timeZone: UTC}}`,
		"rolling":  `{duration: 7d, isRolling: true}`,
	} {
		t.Run(name, func(t *testing.T) {
			e := entry(account(outage{8 * day, 3 * time.Hour}), name == "calendar")
			m := review.Of(e, t0, now, budget.Options{})[0]
			text := m.Document(m.Facts(review.Sources{}, budget.Options{}))
			slos := fmt.Sprintf(definitions, window)
			r := definition.Reader{Now: func() time.Time { return now }}
			set := r.Read(definition.File{Path: "a.yaml", Content: []byte(slos + text)})
			var missing []string
			for _, p := range set.Problems {
				if p.Message != "is missing" {
					t.Errorf("%s in\n%s", p.Error(), text)
				}
				missing = append(missing, strings.TrimPrefix(p.Field, "spec."))
			}
			slices.Sort(missing)
			want := "answers.cadence.note answers.cadence.verdict answers.dependencies.note answers.dependencies.verdict answers.detection.note answers.detection.verdict answers.target.note answers.target.verdict change.kind change.what held learned"
			if got := strings.Join(missing, " "); got != want {
				t.Errorf("missing are\n%s\nwant\n%s\nin\n%s", got, want, text)
			}
			filled := strings.NewReplacer("verdict:", "verdict: no", "note:", "note: As ever.", "learned:", "learned: Much.", "kind: # test", "kind: test # test", "what:", "what: A test.", "held: #", "held: 2026-06-20 #").Replace(text)
			set = r.Read(definition.File{Path: "a.yaml", Content: []byte(slos + filled)})
			if len(set.Problems) > 0 || len(set.SLOs[0].Reviews) != 1 || !set.SLOs[0].Reviews[0].Miss.Is(m.MissID) {
				t.Errorf("%v in\n%s", set.Problems, filled)
			}
			for _, fact := range []string{"178.5 % of the budget", "What burned it:", "# Alerts that would fire by today's conditions:", "due: "} {
				if !strings.Contains(text, fact) {
					t.Errorf("%q is missing in\n%s", fact, text)
				}
			}
		})
	}
}

// Two overspends of a day have documents of their own.
func TestNamesOfOverspends(t *testing.T) {
	e := entry(account(outage{8 * day, 2 * time.Hour}, outage{8*day + 6*time.Hour, 2 * time.Hour}), false)
	e.SLO.Window.Period = slo.Period{Count: 3, Unit: slo.Hour}
	var names []string
	for _, m := range review.Of(e, t0, t0.Add(10*day), budget.Options{}) {
		names = append(names, m.Name())
	}
	if got := strings.Join(names, " "); got != "checkout-2026-06-09-0601 checkout-2026-06-09-0001" {
		t.Errorf("got %s", got)
	}
}

// Whatever names contain, facts stay comments.
func TestDocumentsKeepFactsInComments(t *testing.T) {
	m := review.Of(entry(account(outage{8 * day, 3 * time.Hour}), true), t0, t0.Add(42*day), budget.Options{})[0]
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringOf(rapid.SampledFrom([]rune("a: \n\r#'\"{}\u2028\u0085x"))).Draw(t, "name")
		m := m
		m.Entry.SLO.DisplayName = name
		text := m.Document(review.Facts{Changes: []review.Change{{At: t0, What: name}}})
		before, _, _ := strings.Cut(text, "apiVersion")
		for _, line := range strings.FieldsFunc(before, func(r rune) bool { return strings.ContainsRune("\n\r\u2028\u0085", r) }) {
			if !strings.HasPrefix(line, "#") {
				t.Fatalf("%q is no comment in\n%s", line, text)
			}
		}
	})
}
