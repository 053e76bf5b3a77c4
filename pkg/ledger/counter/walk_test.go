package counter

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/prometheus/prometheus/model/labels"
	"pgregory.net/rapid"
)

// history is what a server has of some targets, some of whose series two bases
// select.
type history struct {
	targets []target
	primed  bool
}

// target is the samples of each of a target's series.
type target struct {
	instance, cluster string
	series            [3][]Sample
}

// drawHistory draws processes that restart, and series that come and go.
func drawHistory(t *rapid.T, targets ...target) history {
	h := history{targets, rapid.Bool().Draw(t, "primed")}
	for i := range h.targets {
		h.targets[i].draw(t)
	}
	return h
}

func (g *target) draw(t *rapid.T) {
	var values [3]float64
	phase := rapid.Int64Range(0, 3).Draw(t, "phase") * 10_000
	for n := range rapid.IntRange(1, 30).Draw(t, "scrapes") {
		switch rapid.SampledFrom([]string{"scrape", "scrape", "scrape", "restart", "miss"}).Draw(t, "next") {
		case "restart":
			values = [3]float64{}
		case "miss":
			continue
		}
		for i := range values {
			values[i] = min(99, values[i]+float64(rapid.IntRange(0, 12).Draw(t, "events")))
			if shown := rapid.IntRange(0, 4).Draw(t, "shown"); shown > 0 && values[i] > 0 {
				g.series[i] = append(g.series[i], Sample{T: at(n, 0) + phase + int64(shown), V: values[i]})
			}
		}
	}
}

// bases are those that select each series of a target.
var bases = [3][]int{{0}, {0}, {0, 1}}

// samples returns a tracker and the samples that it has not walked.
func (h history) samples() (k *Tracker, all []Sample) {
	k = NewTracker(2, []string{"code"})
	for _, g := range h.targets {
		for i, series := range g.series {
			for _, base := range bases[i] {
				tr, _ := k.Track(base, labels.FromStrings("instance", g.instance, "cluster", g.cluster, "code", fmt.Sprint(i)))
				tr.Total = 1
				for n, p := range series {
					if n == 0 && h.primed {
						k.Prime(tr, p.T, p.V)
						continue
					}
					p.Track = tr
					if n+1 < len(series) {
						p.Next = max(0, series[n+1].V-p.V)
					}
					all = append(all, p)
				}
			}
		}
	}
	return k, all
}

// events walks all samples, in parts, and returns what each track has.
func events(k *Tracker, all []Sample, cuts ...int64) map[string]float64 {
	found := map[string]float64{}
	for _, until := range append(slices.Clone(cuts), math.MaxInt64) {
		k.Walk(slices.Clone(all), until, func(tr *Track, _ int64, e Events) {
			found[name(tr)] += e.N
		})
	}
	return found
}

func name(tr *Track) string { return fmt.Sprint(tr.labels, tr.number) }

var (
	one   = target{instance: "i", cluster: "a"}
	other = target{instance: "i", cluster: "b"}
	far   = target{instance: "x", cluster: "a"}
)

func TestWalkInParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t, one, other)
		k, all := h.samples()
		whole := events(k, all)
		cuts := rapid.SliceOfN(rapid.Int64Range(at(0, 0), at(31, 0)), 1, 3).Draw(t, "cuts")
		if len(all) > 0 && rapid.Bool().Draw(t, "within a scrape") {
			cuts = append(cuts, rapid.SampledFrom(all).Draw(t, "sample").T)
		}
		slices.Sort(cuts)
		k, all = h.samples()
		if parts := events(k, all, cuts...); !maps.Equal(parts, whole) {
			t.Errorf("%v in parts, want %v", parts, whole)
		}
		k, all = h.samples()
		found := map[string]float64{}
		for _, until := range append(cuts, math.MaxInt64) {
			k = k.Clone()
			again := slices.Clone(all)
			for i := range again {
				again[i].Track = k.All()[again[i].Track.number]
			}
			k.Walk(again, until, func(tr *Track, _ int64, e Events) { found[name(tr)] += e.N })
		}
		if !maps.Equal(found, whole) {
			t.Errorf("%v on clones, want %v", found, whole)
		}
	})
}

func TestWalkInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t, one, other)
		k, all := h.samples()
		want := events(k, all)
		k, all = h.samples()
		if got := events(k, rapid.Permutation(all).Draw(t, "order")); !maps.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	})
}

// Targets of two instances have nothing to do with each other. Two of one
// instance that are known do not either, unless they are scraped together.
func TestTargetsApart(t *testing.T) {
	for _, c := range []struct {
		name   string
		second target
		late   int64
	}{{"two instances", far, 0}, {"two clusters", other, 500}} {
		t.Run(c.name, rapid.MakeCheck(func(t *rapid.T) {
			h := drawHistory(t, one, c.second)
			h.primed = h.primed || c.late > 0
			for i := range h.targets[1].series {
				for n := range h.targets[1].series[i] {
					h.targets[1].series[i][n].T += c.late
				}
			}
			if c.late > 0 {
				h.targets[0].beginTogether()
				h.targets[1].beginTogether()
			}
			both := h.counts()
			for _, g := range h.targets {
				for series, n := range (history{[]target{g}, h.primed}).counts() {
					if n != both[series] {
						t.Errorf("%s has %v events alone and %v beside another target", series, n, both[series])
					}
				}
			}
		}))
	}
}

// beginTogether has all series of the target seen at first.
func (g *target) beginTogether() {
	for i := range g.series {
		g.series[i] = append([]Sample{{T: at(-1, 0), V: 1}}, g.series[i]...)
	}
}

// counts is events by series rather than by track.
func (h history) counts() map[string]float64 {
	k, all := h.samples()
	found := map[string]float64{}
	k.Walk(all, math.MaxInt64, func(tr *Track, _ int64, e Events) { found[tr.labels.String()] += e.N })
	return found
}

// A series has at least the events that its own samples show, and at most what
// all of them come to.
func TestEventsBetween(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t, one, other, far)
		k, all := h.samples()
		least, most, last := map[string]float64{}, map[string]float64{}, map[*Track]float64{}
		for _, tr := range k.All() {
			if v, ok := tr.Value(); ok {
				last[tr] = v
			}
		}
		for _, p := range all {
			most[name(p.Track)] += p.V
			if before, seen := last[p.Track]; seen && p.V < before {
				least[name(p.Track)] += p.V
			} else if seen {
				least[name(p.Track)] += p.V - before
			}
			last[p.Track] = p.V
		}
		for series, n := range events(k, all) {
			if n < least[series] || n > most[series] {
				t.Errorf("%s has %v events, want %v to %v", series, n, least[series], most[series])
			}
		}
	})
}

// Two bases that follow one series find the same events.
func TestTwins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t, one, other)
		k, all := h.samples()
		twice, single := 0.0, 0.0
		k.Walk(all, math.MaxInt64, func(tr *Track, _ int64, e Events) {
			if tr.labels.Get("code") == "2" {
				twice += e.N
				if tr == k.twin(tr) {
					single += e.N
				}
			}
		})
		if twice != 2*single {
			t.Errorf("%v events in two bases, %v in one", twice, single)
		}
	})
}

// twin is the first track that follows a series.
func (k *Tracker) twin(tr *Track) *Track {
	for _, first := range k.ordered {
		if first.key == tr.key {
			return first
		}
	}
	return nil
}

// A scrape whose samples lie on both sides of the end of a walk is of the walk
// in which it begins.
func TestScrapeAcrossTheEnd(t *testing.T) {
	k := NewTracker(1, []string{"code"})
	ok, bad := follow(k, "instance", "i", "code", "200"), follow(k, "instance", "i", "code", "500")
	k.Prime(ok, at(0, 0), 90)
	k.Prime(bad, at(0, 0), 3)
	all := []Sample{
		{Track: bad, T: at(1, 0), V: 3}, {Track: ok, T: at(1, 0) + 3, V: 2},
		{Track: bad, T: at(2, 0), V: 4}, {Track: ok, T: at(2, 0) + 3, V: 3},
	}
	found := map[*Track]float64{}
	k.Walk(slices.Clone(all), at(1, 0), func(tr *Track, when int64, e Events) {
		if when > at(1, 0) {
			t.Errorf("events at %d, after the end", when)
		}
		found[tr] += e.N
	})
	if found[ok] != 2 || found[bad] != 3 {
		t.Errorf("%v and %v events, want 2 and 3", found[ok], found[bad])
	}
	rest := walked(k, all...)
	if rest[ok] != 1 || rest[bad] != 1 {
		t.Errorf("then %v and %v events, want 1 and 1", rest[ok], rest[bad])
	}
}

func TestGrow(t *testing.T) {
	k := NewTracker(1, nil)
	tr := follow(k, "instance", "i")
	k.Prime(tr, at(0, 0), 100)
	found := 0.0
	for i, v := range []float64{150, 149.5, 160} {
		k.Grow(tr, at(5*(i+1), 0), v, func(_ *Track, _ int64, e Events) { found += e.N + e.Unseen })
	}
	if found != 60 {
		t.Errorf("%v events", found)
	}
	// The sample behind a grid point may be up to five minutes older than it:
	// growth from there to the next sample shows no pace.
	walked(k, Sample{Track: tr, T: at(15, 0) + 1, V: 170})
	if tr.instance.pace > 1 {
		t.Errorf("a pace of %v", tr.instance.pace)
	}
}
