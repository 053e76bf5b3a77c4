package ledger_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// archive is a server with a long past, whose answers about old time a test can
// change. It counts what it is asked about time before the last window.
type archive struct {
	ledger.Querier
	windowed time.Time
	old      atomic.Int64
	// onOld is called before what is old is asked for; its error is the answer.
	onOld func(ctx context.Context) error
}

func (a *archive) Range(ctx context.Context, expr string, start, end time.Time, step time.Duration) ([]upstream.Series, upstream.Meta, error) {
	if start.Before(a.windowed) {
		a.old.Add(1)
		if a.onOld != nil {
			if err := a.onOld(ctx); err != nil {
				return nil, upstream.Meta{}, err
			}
		}
	}
	return a.Querier.Range(ctx, expr, start, end, step)
}

// historyEnd is the present of the archive, and historyWindow the window of its SLOs.
var historyEnd = lastMeasured

const historyWindow = 7 * day

// startArchive starts a server that has data since so many days, from two pods that
// replace each other ten days ago; one of them restarts.
func startArchive(t *testing.T, days int) *archive {
	t.Helper()
	server := promtest.Start(t, func(w *prometheus.Writer) {
		length := time.Duration(days) * day
		for i, pod := range []string{"old", "new"} {
			for code, every := range map[string]int{"200": 1, "500": 50} {
				var samples []prometheus.Sample
				n := 0
				for age := length; age >= 0; age -= 2 * time.Minute {
					if (age > 10*day) != (i == 0) {
						continue
					}
					if n++; age == 5*day {
						n = 0
					}
					samples = append(samples, prometheus.Float(historyEnd.Add(-age), float64(n*3/every)))
				}
				if len(samples) > 0 {
					w.Append(labels.FromStrings("__name__", "r", "job", "shop", "instance", "1", "pod", pod, "code", code), samples...)
				}
			}
		}
	})
	client, err := upstream.New(upstream.Options{URL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	return &archive{Querier: client, windowed: historyEnd.Add(-historyWindow - day)}
}

// weekOf returns an SLO of a week.
func weekOf(name, bad, total string) slo.SLO {
	s := failing(name, bad, 0.9)
	s.Window.Period.Count = 7
	s.Objectives[0].Indicator = slo.Ratio{Bad: &slo.Query{Expr: bad}, Total: slo.Query{Expr: total}, Counter: true}
	return s
}

func week() slo.SLO { return weekOf("week", `r{code="500"}`, "r") }

// back returns the span of a length before the end.
func back(length time.Duration) budget.Span {
	return func(budget.Terms) (from, to time.Time) { return historyEnd.Add(-length), historyEnd }
}

// historian is a store whose clock a test sets.
type historian struct {
	*ledger.Store
	*clock
	slos []slo.SLO
}

func newHistorian(q ledger.Querier, memory *ledger.Memory, slos ...slo.SLO) historian {
	now := &clock{at: historyEnd}
	return historian{ledger.NewStore(q, ledger.Options{Now: now.now, Memory: memory, MaxGroups: 10}), now, slos}
}

// ask asks for the window, and wants 60 days.
func (h historian) ask(t *testing.T) []budget.Entry {
	t.Helper()
	entries := h.Entries(t.Context(), h.slos, promql.Scope{}, back(historyWindow))
	for _, e := range entries {
		if e.Err != nil {
			t.Fatal(e.Err)
		}
	}
	h.WantHistory(entries, back(60*day))
	return entries
}

// expectWindow expects what is known of the window to be as before, notices included.
func expectWindow(t *testing.T, before, after []budget.Entry) {
	t.Helper()
	if len(before) != len(after) {
		t.Fatalf("%d entries instead of %d", len(after), len(before))
	}
	for i, e := range after {
		from := historyEnd.Add(-historyWindow)
		if got, want := e.Account.Reading(from, historyEnd), before[i].Account.Reading(from, historyEnd); got != want {
			t.Errorf("the window reads %+v, and before %+v", got, want)
		}
		if len(e.Notices) != len(before[i].Notices) {
			t.Errorf("notices %q, and before %q", e.Notices, before[i].Notices)
		}
	}
}

func sinceOf(e budget.Entry) time.Time { first, _ := e.Account.Span(); return first }

// History that is filled in the background is what callers would have been told, in no
// more than a few long requests.
func TestHistoryIsLikeAnyFill(t *testing.T) {
	sliced := week()
	sliced.Method = slo.Timeslices
	sliced.Objectives[0].Slices = &slo.Slices{Length: time.Minute, Target: 0.9}
	perPod := weekOf("per pod", `sum by (pod) (r{code="500"})`, "sum by (pod) (r)")
	for name, one := range map[string]slo.SLO{"counters": week(), "time slices": sliced, "grouped": perPod} {
		t.Run(name, func(t *testing.T) {
			server := startArchive(t, 70)
			h := newHistorian(server, nil, one)
			before := h.ask(t)
			if !before[0].Growing {
				t.Error("history that is wanted does not grow")
			}
			if err := h.FillHistory(t.Context()); err != nil {
				t.Fatal(err)
			}
			after := h.ask(t)
			expectWindow(t, before, after)
			if n := server.old.Load(); n > 24 {
				t.Errorf("%d requests for 53 days", n)
			}
			want := newHistorian(server, nil, one).Entries(t.Context(), []slo.SLO{one}, promql.Scope{}, back(60*day))
			for _, e := range after {
				if e.Growing || sinceOf(e).After(historyEnd.Add(-60*day)) {
					t.Errorf("growing %v, since %s", e.Growing, sinceOf(e))
				}
				for _, w := range want {
					for length := day; length <= 60*day && labels.Equal(w.Labels, e.Labels); length += 6*day + 5*time.Minute {
						if a, b := e.Account.Reading(historyEnd.Add(-length), historyEnd), w.Account.Reading(historyEnd.Add(-length), historyEnd); a != b {
							t.Errorf("%s before the end: %+v, want %+v", length, a, b)
						}
					}
				}
			}
			server.old.Store(0)
			if err := h.FillHistory(t.Context()); err != nil || server.old.Load() > 0 {
				t.Errorf("what is filled is asked for again: %d, %v", server.old.Load(), err)
			}
		})
	}
}

// A server that has less, or says nothing about earlier time, ends the history: the
// window and its notices stay as they are, and it is not asked again for hours.
func TestHistoryEnds(t *testing.T) {
	refusal := &upstream.Error{Kind: upstream.BadQuery, Message: "no data before the retention"}
	for name, test := range map[string]struct {
		days   int
		refuse error
		since  time.Duration
	}{
		"shorter retention":             {days: 21, since: 21 * day},
		"retention of little more":      {days: 8, since: 8 * day},
		"old ranges are refused":        {days: 70, refuse: refusal, since: historyWindow},
		"as old as the window at least": {days: 7, since: historyWindow},
	} {
		t.Run(name, func(t *testing.T) {
			server := startArchive(t, test.days)
			server.onOld = func(context.Context) error { return test.refuse }
			h := newHistorian(server, nil, week())
			before := h.ask(t)
			if err := h.FillHistory(t.Context()); (err != nil) != (test.refuse != nil) {
				t.Fatal(err)
			}
			after := h.ask(t)
			expectWindow(t, before, after)
			if since := historyEnd.Sub(sinceOf(after[0])); since < test.since-time.Hour || since > test.since+time.Hour || after[0].Growing {
				t.Errorf("it goes back %s, growing %v, want %s", since, after[0].Growing, test.since)
			}
			asked := server.old.Load()
			for range 20 {
				h.at = h.at.Add(10 * time.Minute)
				h.WantHistory(after, back(60*day))
				if err := h.FillHistory(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if n := server.old.Load() - asked; n > 0 {
				t.Errorf("it is asked %d times more in 200 minutes", n)
			}
		})
	}
}

// A server that fails, or is busy, is asked ever more rarely, for all SLOs, and the rest
// comes once it is back.
func TestHistoryPauses(t *testing.T) {
	for name, kind := range map[string]upstream.Kind{"failing": upstream.Unavailable, "limited": upstream.Throttled, "slow": upstream.Timeout} {
		t.Run(name, func(t *testing.T) {
			server := startArchive(t, 70)
			down := true
			server.onOld = func(context.Context) error {
				if down {
					return &upstream.Error{Kind: kind, Message: name}
				}
				return nil
			}
			h := newHistorian(server, nil, week(), weekOf("other", `r{code="404"}`, "r"), weekOf("third", `r{code="200"}`, "r"))
			before := h.ask(t)
			tries := 0
			for range 60 {
				if did, _ := h.ExtendHistory(t.Context()); did {
					tries++
				}
				h.at = h.at.Add(time.Minute)
				h.WantHistory(before, back(60*day))
			}
			if tries > 8 {
				t.Errorf("in an hour %d tries", tries)
			}
			if n := server.old.Load(); n > 8*2 {
				t.Errorf("in an hour %d requests", n)
			}
			h.WantHistory(before, back(60*day))
			if !slices.ContainsFunc(before, func(e budget.Entry) bool { return !e.Growing }) {
				t.Error("what fails is said to grow")
			}
			down = false
			for range 4 {
				h.at = h.at.Add(time.Hour)
				h.WantHistory(before, back(60*day))
				if err := h.FillHistory(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			for _, e := range h.Entries(t.Context(), h.slos, promql.Scope{}, back(historyWindow)) {
				if sinceOf(e).After(historyEnd.Add(-59 * day)) {
					t.Errorf("%s goes back to %s", e.SLO.Name, sinceOf(e))
				}
			}
		})
	}
}

func TestHistoryStopsWhenNobodyAsks(t *testing.T) {
	server := startArchive(t, 70)
	h := newHistorian(server, nil, week())
	h.ask(t)
	if did, err := h.ExtendHistory(t.Context()); !did || err != nil {
		t.Fatal(did, err)
	}
	asked := server.old.Load()
	h.at = h.at.Add(16 * time.Minute)
	if did, err := h.ExtendHistory(t.Context()); did || err != nil || server.old.Load() > asked {
		t.Errorf("after 16 minutes it goes on: %v, %v", did, err)
	}
	h.ask(t)
	if did, err := h.ExtendHistory(t.Context()); !did || err != nil || server.old.Load() == asked {
		t.Errorf("it does not go on once it is asked for again: %v, %v", did, err)
	}
}

// History takes no memory that others need.
func TestHistoryKeepsWithinMemory(t *testing.T) {
	server := startArchive(t, 70)
	memory := ledger.NewMemory(0)
	newHistorian(server, memory, week()).ask(t)
	window, _ := memory.Usage()
	small := ledger.NewMemory(2 * window)
	h := newHistorian(server, small, week())
	before := h.ask(t)
	server.old.Store(0)
	if err := h.FillHistory(t.Context()); err != nil {
		t.Fatal(err)
	}
	after := h.ask(t)
	if used, limit := small.Usage(); used > limit*3/4 || server.old.Load() > 0 || after[0].Growing {
		t.Errorf("%d bytes of %d, %d requests, growing %v", used, limit, server.old.Load(), after[0].Growing)
	}
	expectWindow(t, before, after)
}

// Whoever waits for the ledger has an answer while the server is at work on its history.
func TestHistoryKeepsNobodyWaiting(t *testing.T) {
	server := startArchive(t, 70)
	reached, release := make(chan struct{}), make(chan struct{})
	var priority atomic.Int64
	server.onOld = func(ctx context.Context) error {
		priority.Store(int64(upstream.PriorityOf(ctx)))
		select {
		case reached <- struct{}{}:
		default:
		}
		<-release
		return nil
	}
	h := newHistorian(server, nil, week())
	before := h.ask(t)
	done := make(chan error)
	go func() { done <- h.FillHistory(t.Context()) }()
	<-reached
	later := &clock{at: historyEnd.Add(time.Hour)}
	*h.clock = *later
	urgent := upstream.WithPriority(t.Context(), upstream.Urgent)
	entries := h.Entries(urgent, h.slos, promql.Scope{}, func(budget.Terms) (from, to time.Time) { return later.at.Add(-day), later.at })
	if entries[0].Err != nil || entries[0].AsOf.Before(historyEnd) {
		t.Errorf("as of %s, %v", entries[0].AsOf, entries[0].Err)
	}
	if p := upstream.Priority(priority.Load()); p != upstream.Background {
		t.Errorf("its priority is %d", p)
	}
	close(release)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	expectWindow(t, before, h.ask(t))
}
