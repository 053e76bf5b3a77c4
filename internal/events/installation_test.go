package events

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"pgregory.net/rapid"
)

// Each event is in the first sample after it of its process' life, and counts
// once. Those without such a sample do not count.
func TestInstallationsCountWhatIsScraped(t *testing.T) {
	for _, i := range Installations(end, 1) {
		t.Run(i.Name, func(t *testing.T) {
			for n, target := range i.Targets {
				random := rand.New(rand.NewPCG(i.Seed, uint64(n)))
				p := newProcess(target, random)
				all := p.series(random)
				good, bad := Seen(p.show(all, i.Start)).Count(i.Start.Add(-time.Hour), i.End.Add(time.Hour))
				if want := p.scraped(all, i.Start); good+bad != want {
					t.Errorf("target %d: %d events, but %d of them were scraped", n, good+bad, want)
				}
			}
		})
	}
}

// scraped counts, from the events rather than from the samples, those that some
// sample holds.
func (p *process) scraped(all []series, start time.Time) int {
	known := firstSample(all)
	if p.From.After(start) && p.Known.IsZero() {
		known = 0
	}
	type lived struct{ counter, life int }
	last := map[lived]int64{} // the last sample of each life of each counter
	for _, s := range all {
		for _, r := range s.readings {
			if !r.stale {
				l := lived{s.counter, r.life}
				last[l] = max(last[l], r.millis)
			}
		}
	}
	count := 0
	for counter, times := range p.times {
		for _, at := range times {
			if at > known && at <= last[lived{counter, p.lives.at(at)}] {
				count++
			}
		}
	}
	return count
}

func firstSample(all []series) int64 {
	first := all[0].readings[0].millis
	for _, s := range all {
		if len(s.readings) > 0 {
			first = min(first, s.readings[0].millis)
		}
	}
	return first
}

// The events of parts of the time, and of the values of a label, add up.
func TestSeenAddsUp(t *testing.T) {
	i := Installations(end, 1)[0]
	seen := mustAnswer(t, i).Seen
	rapid.Check(t, func(t *rapid.T) {
		middle := i.Start.Add(time.Duration(rapid.Int64Range(0, int64(31*day)).Draw(t, "middle")))
		g1, b1 := seen.Count(i.Start, middle)
		g2, b2 := seen.Count(middle, i.End)
		good, bad := seen.Count(i.Start, i.End)
		if good != g1+g2 || bad != b1+b2 {
			t.Errorf("%d+%d good, %d+%d bad, but %d and %d in all", g1, g2, b1, b2, good, bad)
		}
		for _, value := range seen.Values(i.By) {
			g, b := seen.Of(i.By, value).Count(i.Start, i.End)
			good, bad = good-g, bad-b
		}
		if good != 0 || bad != 0 {
			t.Errorf("%d good and %d bad events are in no group", good, bad)
		}
	})
}

// small is an installation of one target, an hour long, that is scraped at every
// full minute.
func small(change func(*Target)) Installation {
	start := end.Add(-time.Hour)
	t := Target{
		Labels: labels.FromStrings("__name__", "x", "instance", "a"), From: start, To: end,
		Counters: []Counter{{Labels: labels.FromStrings("code", "200"), FromZero: true}, {Labels: labels.FromStrings("code", "500")}},
		Scraping: Scraping{Interval: time.Minute},
	}
	change(&t)
	return Installation{Start: start, End: end, Targets: []Target{t}}
}

func jump(minutes float64, events int) Jump {
	return Jump{end.Add(-time.Hour + time.Duration(minutes*float64(time.Minute))), events}
}

func minute(minutes float64) time.Time { return jump(minutes, 0).At }

func TestSeen(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Target)
		bad    int
	}{
		{"no events", func(*Target) {}, 0},
		{"a birth", func(t *Target) { t.Counters[1].Jumps = []Jump{jump(30, 40)} }, 40},
		{"before the first scrape", func(t *Target) { t.Counters[1].Already = 40 }, 0},
		{"before the target is known", func(t *Target) {
			t.Known = minute(40)
			t.Counters[1].Jumps = []Jump{jump(30, 40), jump(50, 2)}
		}, 2},
		{"a new process", func(t *Target) {
			t.From = minute(30.5)
			t.Counters[1].Jumps = []Jump{jump(30.7, 40)}
		}, 40},
		{"after the last scrape of a life", func(t *Target) {
			t.Restarts.At = []time.Time{minute(30.5)}
			t.Counters[1].Jumps = []Jump{jump(20, 3), jump(30.3, 40), jump(30.7, 5)}
		}, 8},
		{"the same value after a restart", func(t *Target) {
			t.Restarts.At = []time.Time{minute(30.5)}
			t.Counters[1].Jumps = []Jump{jump(20, 40), jump(30.7, 40)}
		}, 80},
		{"down", func(t *Target) {
			t.Restarts = Restarts{At: []time.Time{minute(30.5)}, Down: 5 * time.Minute}
			t.Counters[1].Jumps = []Jump{jump(20, 40), jump(33, 7)}
		}, 40},
		{"hidden", func(t *Target) {
			t.Counters[1].Jumps = []Jump{jump(20, 40), jump(33, 7)}
			t.Counters[1].Hidden = []Gap{{From: minute(30), To: minute(39)}}
		}, 47},
		{"hidden and restarted", func(t *Target) {
			t.Restarts.At = []time.Time{minute(34)}
			t.Counters[1].Jumps = []Jump{jump(20, 40), jump(33, 7), jump(36, 5)}
			t.Counters[1].Hidden = []Gap{{From: minute(30), To: minute(39)}}
		}, 45},
		{"wrong", func(t *Target) {
			t.Counters[1].Jumps = []Jump{jump(20, 40)}
			t.Counters[1].Wrong = []Wrong{{minute(30), -5}}
		}, 40},
		{"relabelled", func(t *Target) {
			t.Counters[1].Jumps = []Jump{jump(20, 40), jump(40, 2)}
			t.Relabelled = &Relabelling{At: minute(30), Label: labels.Label{Name: "a", Value: "b"}}
		}, 42},
		{"scraped by another server as well", func(t *Target) {
			t.Counters[1].Jumps = []Jump{jump(20, 40), jump(40, 2)}
			t.Replica = &Scraping{Interval: time.Minute, Phase: 20 * time.Second}
		}, 42},
		{"its own times", func(t *Target) {
			t.Scraping.Own = 7 * time.Second
			t.Counters[1].Jumps = []Jump{jump(20, 40), jump(40, 2)}
		}, 42},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			i := small(test.change)
			if good, bad := mustAnswer(t, i).Seen.Count(i.Start, i.End); good != 0 || bad != test.bad {
				t.Errorf("%d good and %d bad events, want 0 and %d", good, bad, test.bad)
			}
		})
	}
}

// A deduplicated series stays with a replica until that has a gap.
func TestDeduplicate(t *testing.T) {
	at := func(seconds ...int64) (s series) {
		for _, n := range seconds {
			s.readings = append(s.readings, reading{millis: n * 1000})
		}
		return s
	}
	merged := deduplicate(at(0, 60, 120, 480, 540), at(20, 80, 140, 200, 500, 560))
	var got []int64
	for _, r := range merged.readings {
		got = append(got, r.millis/1000)
	}
	if want := "[0 20 80 140 200 480 540]"; fmt.Sprint(got) != want {
		t.Errorf("samples at %v, want %s", got, want)
	}
}

// A sum holds what an instant query finds of each series, and ends with the last.
func TestSum(t *testing.T) {
	of := func(instance string, readings ...reading) series {
		return series{labels: labels.FromStrings("instance", instance, "code", "200"), readings: readings}
	}
	at := func(minutes float64, value float64) reading {
		return reading{millis: minute(minutes).UnixMilli(), written: value}
	}
	all := []series{
		of("a", at(1, 10), at(2, 20), reading{millis: minute(2.5).UnixMilli(), stale: true}),
		of("b", at(1.5, 1)),
	}
	sums := sum(all, minute(0), minute(10))
	var got []float64
	for _, r := range sums[0].readings {
		if r.stale {
			r.written = -1
		}
		got = append(got, r.written)
	}
	if want := "[10 21 1 1 1 1 -1]"; len(sums) != 1 || fmt.Sprint(got) != want || sums[0].labels.String() != `{code="200"}` {
		t.Errorf("%d sums, of %s: %v, want %s", len(sums), sums[0].labels, got, want)
	}
}

func mustAnswer(t testing.TB, i Installation) *Answer {
	t.Helper()
	a, err := i.Answer()
	if err != nil {
		t.Fatal(err)
	}
	return a
}
