package ledger_test

import (
	"flag"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/internal/events"
	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
)

var mixtures = flag.Int("mixtures", 500, "how many mixtures are compared, from -seed on")

// Whatever is mixed, the ledger is as near to the events as increase is, give or
// take ten events and 1 %. What a run compares depends on its flags alone.
func TestMixtures(t *testing.T) {
	server := newEngine(t)
	for n := range *mixtures {
		number := int(*seed) + n
		t.Run(fmt.Sprint(number), func(t *testing.T) {
			metric := fmt.Sprintf("mixture%d_total", number)
			rapid.Custom(func(t *rapid.T) mixed { return drawMixed(t, metric) }).Example(number).compare(t, server)
		})
	}
}

// mixed is an installation, a window and when the ledger is asked for it.
type mixed struct {
	events.Installation
	from, to, now time.Time
}

func (m mixed) compare(t *testing.T, server *engine) {
	answer, err := m.Answer()
	if err != nil {
		t.Fatal(err)
	}
	answer.Write(engineAppender{t, server})
	l := ledger.New(server, compile(t, ratio(m.Metric+`{code="500"}`, m.Metric)), ledger.Options{Now: func() time.Time { return m.now }})
	ours := mustFill(t, l, m.from, m.to).Groups[0].Curve.Reading(m.from, m.to)
	theirs := inWindow{Installation: m.Installation, client: server, from: m.from, to: m.to}.increase(t, "")[""]
	good, bad := answer.Seen.Count(m.from, m.to)
	for _, c := range []struct {
		name         string
		ours, theirs float64
		want         int
	}{{"bad", ours.Bad, theirs.Bad, bad}, {"total", ours.Total, theirs.Total, good + bad}} {
		want := float64(c.want)
		if off := math.Abs(c.ours - want); !(off <= 10+0.01*want+math.Abs(c.theirs-want)) {
			t.Errorf("%s: %v events, want %v, increase has %v\n%+v", c.name, c.ours, want, c.theirs, m)
		}
	}
}

// engineAppender appends to an engine.
type engineAppender struct {
	t *testing.T
	*engine
}

func (s engineAppender) Append(series labels.Labels, samples ...prometheus.Sample) {
	app := s.storage.Appender(s.t.Context())
	for _, one := range samples {
		if _, err := app.Append(0, series, one.Millis, one.Value); err != nil {
			s.t.Fatal(err)
		}
	}
	if err := app.Commit(); err != nil {
		s.t.Fatal(err)
	}
}

// mixture draws installations.
type mixture struct {
	*rapid.T
	metric     string
	start, end time.Time
}

// drawMixed draws an installation of the metric and a window of about seven hours.
func drawMixed(t *rapid.T, metric string) mixed {
	m := mixture{t, metric, after(0), after(10 * hour)}
	return mixed{
		Installation: m.installation(),
		from:         after(2*hour + m.number("from", 0, 600)), to: after(9*hour + m.number("to", 0, 600)),
		now: after(9*hour + 600 + m.number("now", 0, 1200)),
	}
}

func (m mixture) number(name string, from, to int64) int64 {
	return rapid.Int64Range(from, to).Draw(m.T, name)
}

func (m mixture) yes(name string) bool { return rapid.Bool().Draw(m.T, name) }

// some draws a time between the start and the end.
func (m mixture) some(name string) time.Time {
	return m.start.Add(time.Duration(m.number(name, 0, m.end.Sub(m.start).Milliseconds())) * time.Millisecond)
}

func (m mixture) seconds(name string, from, to int64) time.Duration {
	return time.Duration(m.number(name, from, to)) * time.Second
}

func (m mixture) installation() events.Installation {
	i := events.Installation{Metric: m.metric, Seed: uint64(m.number("seed", 0, math.MaxInt64)), Start: m.start, End: m.end}
	scraping := m.scraping()
	label := rapid.SampledFrom([]string{"cluster", "tenant", "cell", "path", "instance"}).Draw(m.T, "distinguished by")
	for n := range m.number("targets", 1, 3) {
		i.Targets = append(i.Targets, m.target(label, fmt.Sprint(n), scraping))
	}
	return i
}

// scraping draws how all targets are scraped, but for the phase.
func (m mixture) scraping() events.Scraping {
	s := events.Scraping{Interval: m.seconds("interval", 1, 4) * 15}
	switch rapid.SampledFrom([]string{"server", "skew", "own", "late"}).Draw(m.T, "stamps") {
	case "skew":
		s.Skew = 3 * time.Millisecond
	case "own":
		s.Own = 7 * time.Second
	case "late":
		s.Jitter = s.Interval / 2
	}
	if m.yes("missed") {
		s.Missed = 0.01
	}
	if m.yes("gap") {
		s.Gaps = []events.Gap{m.gap("gap", m.yes("server"))}
	}
	return s
}

func (m mixture) gap(name string, server bool) events.Gap {
	from := m.some(name)
	return events.Gap{From: from, To: from.Add(m.seconds(name+" length", 180, 2400)), Server: server}
}

// target draws a process whose label has the value, be it a label of the target
// or of its counters.
func (m mixture) target(label, value string, s events.Scraping) events.Target {
	t := events.Target{
		Labels:   labels.FromStrings("__name__", m.metric, "job", "j", "instance", "i"),
		Counters: []events.Counter{m.counter("200", 0.5), m.counter("404", 0.1), m.counter("500", 0.02)},
		From:     m.start, To: m.end, Scraping: s,
	}
	t.Counters[0].Already = int(m.number("already", 0, 50_000))
	ls := labels.NewBuilder(t.Labels).Set(label, value)
	t.Labels = ls.Labels()
	if !m.yes("aligned") {
		t.Scraping.Phase = m.seconds("phase", 0, int64(s.Interval.Seconds())-1)
	}
	if m.yes("restarts") {
		t.Restarts = events.Restarts{Every: m.seconds("uptime", 600, 18000), Down: m.seconds("down", 0, 120)}
	}
	switch rapid.SampledFrom([]string{"all the time", "later", "unknown at first"}).Draw(m.T, "runs") {
	case "later":
		t.From, t.Counters[0].Already = m.some("from"), 0
	case "unknown at first":
		t.Known, t.Counters[0].Rate = m.some("known").Add(time.Hour), 0.5
	}
	if m.yes("replicas") {
		second := t.Scraping
		second.Phase = m.seconds("second phase", 0, int64(s.Interval.Seconds())-1)
		t.Replica = &second
	}
	if rapid.IntRange(0, 3).Draw(m.T, "relabelled") == 3 {
		t.Relabelled = &events.Relabelling{At: m.some("relabelled at"), Label: labels.Label{Name: "env", Value: "x"}, Unmarked: m.yes("unmarked")}
	}
	return t
}

func (m mixture) counter(code string, most float64) events.Counter {
	c := events.Counter{Labels: labels.FromStrings("code", code), Rate: rapid.SampledFrom([]float64{0, most / 20, most}).Draw(m.T, "rate")}
	if m.yes("jump") {
		c.Jumps = []events.Jump{{At: m.some("jump"), Events: int(m.number("events", 1, 100))}}
	}
	if rapid.IntRange(0, 3).Draw(m.T, "hidden") == 3 {
		c.Hidden = []events.Gap{m.gap("hidden", false)}
	}
	return c
}
