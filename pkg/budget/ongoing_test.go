package budget_test

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// TestOutageIsNotAveragedAway replays outages: ten minutes after the start of a total
// one, and as soon as a smaller one pages, the time to exhaustion is right if it goes
// on. Half an hour after the end it is that of the errors of late again.
func TestOutageIsNotAveragedAway(t *testing.T) {
	start := t0.Add(50*day + 10*time.Hour)
	wave := func(i int) float64 { return 100 + 60*math.Sin(2*math.Pi*float64(i)/288) }
	for name, tt := range map[string]struct {
		terms budget.Terms
		ratio float64
		after time.Duration
	}{
		"total outage, rolling":    {thirty, 1, 10 * time.Minute},
		"total outage, calendar":   {budget.Terms{Target: 0.999, Window: calendar(1, slo.Month, t0)}, 1, 10 * time.Minute},
		"total outage of a week":   {budget.Terms{Target: 0.99, Window: rolling(7, slo.Day)}, 1, 10 * time.Minute},
		"half of all, rolling":     {thirty, 0.5, 10 * time.Minute},
		"one in twenty, calendar":  {budget.Terms{Target: 0.999, Window: calendar(1, slo.Month, t0)}, 0.05, 20 * time.Minute},
		"one in twenty, a quarter": {budget.Terms{Target: 0.999, Window: rolling(90, slo.Day)}, 0.05, 55 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			outage := func(length time.Duration) *shape {
				a := account(t0.Add(-40*day), 100*day)
				for i := range a.total {
					a.total[i] = wave(i)
					a.bad[i] = a.total[i] * 0.0002
				}
				return a.each(start, length, func(i int) { a.bad[i] = a.total[i] * tt.ratio })
			}
			lasting := outage(9 * day).curve()
			truth := budget.At(lasting, tt.terms, start.Add(9*day), budget.Options{}).ExhaustsAt()
			if truth == nil {
				t.Fatal("an outage of nine days leaves budget")
			}
			at := start.Add(tt.after)
			s := evaluate(until{lasting, at}, tt.terms, at, budget.Options{})
			if s.ExhaustsAt == nil || s.ExhaustsAtRate == nil || !s.ExhaustsAt.Equal(*s.ExhaustsAtRate) {
				t.Fatalf("exhausts %v, at the rate %v", s.ExhaustsAt, s.ExhaustsAtRate)
			}
			got, want := s.ExhaustsAt.Sub(at), truth.Sub(at)
			t.Logf("%s after the start: %s, in truth %s, by the errors of late %v", tt.after, got, want, s.ExhaustsByForecast)
			if math.Abs(float64(got-want)) > 0.2*float64(want) {
				t.Errorf("the budget lasts %s, in truth %s", got, want)
			}
			const length = 20 * time.Minute
			after := start.Add(length + 30*time.Minute)
			s = evaluate(until{outage(length).curve(), after}, tt.terms, after, budget.Options{})
			if s.ExhaustsAtRate != nil || s.OngoingBurn.OK() || !sameMoment(s.ExhaustsAt, s.ExhaustsByForecast) {
				t.Errorf("half an hour after the end it exhausts %v, at the rate %v, by the errors of late %v", s.ExhaustsAt, s.ExhaustsAtRate, s.ExhaustsByForecast)
			}
		})
	}
}

func sameMoment(a, b *time.Time) bool { return a == b || a != nil && b != nil && a.Equal(*b) }

func TestOngoingBurn(t *testing.T) {
	now := t0.Add(60 * day)
	tests := []struct {
		name    string
		account *shape
		want    budget.Value
	}{
		{"nothing wrong", account(t0, 60*day), budget.Value{}},
		{"a leak too slow to alert", account(t0, 60*day).errors(now.Add(-day), day, 0.08), budget.Value{}},
		{"an outage of an hour", account(t0, 60*day).errors(now.Add(-time.Hour), time.Hour, 100), budget.Some(1000)},
		{"an outage that eases", account(t0, 60*day).errors(now.Add(-time.Hour), 55*time.Minute, 100).errors(now.Add(-5*time.Minute), 5*time.Minute, 40), budget.Some(400)},
		{"an outage that ended five minutes ago", account(t0, 60*day).errors(now.Add(-65*time.Minute), time.Hour, 100), budget.Value{}},
		{"a leak that only the slowest ticket sees", account(t0, 60*day).errors(now.Add(-4*day), 4*day, 0.15), budget.Some(1.5)},
		{"a leak after an outage", account(t0, 60*day).errors(now.Add(-4*day), 4*day, 0.2).errors(now.Add(-3*time.Hour), time.Hour, 100), budget.Some(2)},
		{"a leak without a page's minimum of events", account(t0, 60*day).errors(now.Add(-time.Hour), 5*time.Minute, 1), budget.Value{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := budget.At(test.account.curve(), thirty, now, budget.Options{}).OngoingBurn()
			if got.OK() != test.want.OK() {
				t.Fatalf("got %v, want %v", got, test.want)
			}
			if got.OK() {
				near(t, "burn rate", got, test.want.Or(0))
			}
		})
	}
}

// TestRunsOutIsOneOfTwo checks which of the two times is reported.
func TestRunsOutIsOneOfTwo(t *testing.T) {
	windows := []slo.Window{rolling(7, slo.Day), calendar(1, slo.Week, t0)}
	rapid.Check(t, func(t *rapid.T) {
		c := drawAccount(t, 14*day)
		terms := budget.Terms{Target: rapid.SampledFrom([]float64{0.9, 0.99, 0.999}).Draw(t, "target"), Window: rapid.SampledFrom(windows).Draw(t, "window")}
		s := evaluate(c, terms, lastKnot(c), budget.Options{})
		switch left, known := s.Budget.Remaining.Get(); {
		case !known:
		case left <= 0:
			if s.ExhaustsAtRate != nil || s.ExhaustsByForecast != nil || s.ExhaustsAt == nil {
				t.Fatalf("exhausted, but runs out %v, %v", s.ExhaustsAtRate, s.ExhaustsByForecast)
			}
		case s.OngoingBurn.OK() && !sameMoment(s.ExhaustsAt, s.ExhaustsAtRate):
			t.Fatalf("burns at %v, runs out %v, not %v", s.OngoingBurn, s.ExhaustsAt, s.ExhaustsAtRate)
		case !s.OngoingBurn.OK() && (s.ExhaustsAtRate != nil || !sameMoment(s.ExhaustsAt, s.ExhaustsByForecast)):
			t.Fatalf("does not burn, runs out %v, not %v", s.ExhaustsAt, s.ExhaustsByForecast)
		}
	})
}

// The budget runs out as the forecast of the options says, unless an alert condition
// holds or nothing is left.
func TestRunsOutByForecast(t *testing.T) {
	now, soon, past := t0.Add(60*day), t0.Add(63*day), t0.Add(59*day)
	quiet := account(t0, 60*day)
	burning := account(t0, 60*day)
	for i := len(burning.bad) - 12; i < len(burning.bad); i++ {
		burning.bad[i] = burning.total[i] / 10
	}
	exhausted := account(t0, 60*day)
	for i := range exhausted.bad {
		exhausted.bad[i] = exhausted.total[i] / 2
	}
	for name, tt := range map[string]struct {
		account *shape
		at      *time.Time
		known   bool
		check   func(s budget.Status) bool
	}{
		"it says when":          {quiet, &soon, true, func(s budget.Status) bool { return sameMoment(s.ExhaustsAt, &soon) && s.State == budget.StateAtRisk }},
		"it says that it lasts": {quiet, nil, true, func(s budget.Status) bool { return s.ExhaustsAt == nil && s.State == budget.StateOK }},
		"it is a little old":    {quiet, &past, true, func(s budget.Status) bool { return sameMoment(s.ExhaustsAt, &now) }},
		"nothing is known":      {quiet, &soon, false, func(s budget.Status) bool { return s.ExhaustsAt == nil }},
		"a condition holds": {burning, &soon, true, func(s budget.Status) bool {
			return s.ExhaustsAt.Before(soon) && sameMoment(s.ExhaustsByForecast, &soon)
		}},
		"nothing is left": {exhausted, &soon, true, func(s budget.Status) bool { return s.ExhaustsAt.Before(now) && s.ExhaustsByForecast == nil }},
	} {
		t.Run(name, func(t *testing.T) {
			o := budget.Options{RunsOut: func() (*time.Time, bool) { return tt.at, tt.known }}
			if s := evaluate(tt.account.curve(), thirty, now, o); !tt.check(s) {
				t.Errorf("exhausts at %v, at the rate %v, by forecast %v; state %s", s.ExhaustsAt, s.ExhaustsAtRate, s.ExhaustsByForecast, s.State)
			}
		})
	}
}
