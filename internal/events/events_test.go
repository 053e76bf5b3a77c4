package events

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/value"
	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
)

var end = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// seen is the number of events that the samples of one life show: the increase
// of the counter from its start.
func seen(samples []prometheus.Sample, l life, first bool, start int) float64 {
	previous := 0.0
	if first {
		previous = float64(start)
	}
	total := 0.0
	for _, s := range samples {
		belongs := l.from < s.Millis && s.Millis <= l.to
		if belongs && !value.IsStaleNaN(s.Value) {
			total += s.Value - previous
			previous = s.Value
		}
	}
	return total
}

// Reading counters with full knowledge of how they were made loses no event.
func TestEveryEventIsScraped(t *testing.T) {
	for _, c := range Cases(end) {
		t.Run(c.Name, func(t *testing.T) { checkScraped(t, mustGenerate(t, c.Profile)) })
	}
}

func TestEveryEventOfAnyProfileIsScraped(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkScraped(t, mustGenerate(t, anyProfile(t))) })
}

func anyProfile(t *rapid.T) Profile {
	p := usual(end, 6*time.Hour, func(*Profile) {})
	p.Seed = rapid.Uint64().Draw(t, "seed")
	p.Instances = rapid.IntRange(1, 6).Draw(t, "instances")
	p.Interval = time.Duration(rapid.SampledFrom([]int{15, 30, 60}).Draw(t, "interval")) * time.Second
	p.Jitter = time.Duration(rapid.IntRange(0, 100).Draw(t, "jitter")) * time.Millisecond
	p.Uptime = time.Duration(rapid.IntRange(0, 120).Draw(t, "uptime")) * time.Minute
	p.Downtime = time.Duration(rapid.IntRange(0, 300).Draw(t, "downtime")) * time.Second
	p.Good = rapid.Float64Range(0, 3).Draw(t, "good")
	p.Bad = rapid.Float64Range(0, 0.1).Draw(t, "bad")
	p.Already = rapid.IntRange(0, 1000).Draw(t, "already")
	gap := end.Add(-time.Duration(rapid.IntRange(50, 400).Draw(t, "gap")) * time.Minute)
	p.Gaps = []Gap{{gap, gap.Add(40 * time.Minute), rapid.Bool().Draw(t, "server")}}
	return p
}

func checkScraped(t rapid.TB, e *Events) {
	t.Helper()
	good, bad := e.Count(e.profile.Start, e.profile.End)
	var seenGood, seenBad float64
	for _, i := range e.instances {
		goods, bads := i.samples(i.good, e.profile.Already, true), i.samples(i.bad, 0, false)
		for n, l := range i.lives {
			seenGood += seen(goods, l, n == 0, e.profile.Already)
			seenBad += seen(bads, l, n == 0, 0)
		}
	}
	if float64(good) != seenGood || float64(bad) != seenBad {
		t.Errorf("scraped %v good and %v bad events of %d and %d", seenGood, seenBad, good, bad)
	}
}

func TestSamplesAreInOrder(t *testing.T) {
	for _, c := range Cases(end) {
		e := mustGenerate(t, c.Profile)
		for _, i := range e.instances {
			samples := i.samples(i.good, 0, true)
			if !slices.IsSortedFunc(samples, func(a, b prometheus.Sample) int { return int(a.Millis - b.Millis) }) {
				t.Errorf("%s: samples out of order", c.Name)
			}
		}
	}
}

func TestRates(t *testing.T) {
	p := usual(end, 4*day, func(p *Profile) { p.Good, p.Bad = 3, 0.5 })
	good, bad := mustGenerate(t, p).Count(p.Start, p.End)
	seconds := (4 * day).Seconds()
	for _, test := range []struct {
		name      string
		got, want float64
	}{{"good", float64(good), 3 * seconds}, {"bad", float64(bad), 0.5 * seconds}} {
		// Six standard deviations of a Poisson count; a step for the edges.
		if math.Abs(test.got-test.want) > 6*math.Sqrt(test.want)+100 {
			t.Errorf("%s: %v events, want about %v", test.name, test.got, test.want)
		}
	}
}

func TestCountAddsUp(t *testing.T) {
	p := usual(end, day, func(*Profile) {})
	e := mustGenerate(t, p)
	rapid.Check(t, func(t *rapid.T) {
		middle := p.Start.Add(time.Duration(rapid.Int64Range(0, int64(day)).Draw(t, "middle")))
		g1, b1 := e.Count(p.Start, middle)
		g2, b2 := e.Count(middle, p.End)
		if g, b := e.Count(p.Start, p.End); g != g1+g2 || b != b1+b2 {
			t.Errorf("%d+%d good, %d+%d bad, but %d and %d in all", g1, g2, b1, b2, g, b)
		}
	})
}

func TestSameSeedSameEvents(t *testing.T) {
	p := usual(end, day, func(p *Profile) { p.Uptime = time.Hour })
	a, b := mustGenerate(t, p), mustGenerate(t, p)
	p.Seed++
	c := mustGenerate(t, p)
	if !slices.Equal(a.instances[1].good, b.instances[1].good) {
		t.Error("one seed gives two histories")
	}
	if slices.Equal(a.instances[1].good, c.instances[1].good) {
		t.Error("two seeds give one history")
	}
}

func TestGaps(t *testing.T) {
	for _, server := range []bool{true, false} {
		gap := gapBefore(end, server)
		p := usual(end, 2*day, func(p *Profile) { p.Gaps = []Gap{gap} })
		i := mustGenerate(t, p).instances[0]
		var samples, markers int
		for _, s := range i.samples(i.good, 0, true) {
			if gap.From.UnixMilli() < s.Millis && s.Millis <= gap.To.UnixMilli() {
				samples++
				if value.IsStaleNaN(s.Value) {
					markers++
				}
			}
		}
		want := 1
		if server {
			want = 0
		}
		if samples != want || markers != want {
			t.Errorf("server down %t: %d samples, %d of them staleness markers, want %d", server, samples, markers, want)
		}
	}
}

func TestInvalidProfiles(t *testing.T) {
	tests := map[string]func(*Profile){
		"no metric":       func(p *Profile) { p.Metric = "" },
		"no instances":    func(p *Profile) { p.Instances = 0 },
		"no interval":     func(p *Profile) { p.Interval = 0 },
		"too much jitter": func(p *Profile) { p.Jitter = p.Interval },
		"no time":         func(p *Profile) { p.End = p.Start },
		"wild swing":      func(p *Profile) { p.Daily = 2 },
	}
	for name, change := range tests {
		if _, err := Generate(usual(end, day, change)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func mustGenerate(t rapid.TB, p Profile) *Events {
	t.Helper()
	e, err := Generate(p)
	if err != nil {
		t.Fatal(err)
	}
	return e
}
