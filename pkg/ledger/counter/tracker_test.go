package counter

import (
	"math"
	"slices"
	"testing"

	"github.com/prometheus/prometheus/model/labels"
)

// follow returns the track of a series of the base 0, whose labels are pairs.
func follow(k *Tracker, pairs ...string) *Track { return followIn(k, 0, pairs...) }

func followIn(k *Tracker, base int, pairs ...string) *Track {
	tr, _ := k.Track(base, labels.FromStrings(pairs...))
	tr.Total = 1
	return tr
}

// walked is what the samples add, by track.
func walked(k *Tracker, samples ...Sample) map[*Track]float64 {
	found := map[*Track]float64{}
	k.Walk(samples, math.MaxInt64, func(tr *Track, _ int64, e Events) { found[tr] += e.N })
	return found
}

func sample(tr *Track, scrape int, v float64) Sample {
	return Sample{Track: tr, T: at(scrape, 0), V: v}
}

func TestKin(t *testing.T) {
	base := []string{"job", "j", "instance", "i"}
	type series struct {
		base   int
		labels []string
	}
	for _, c := range []struct {
		name string
		a, b series
		// more are met first.
		more []series
		want bool
	}{
		{"only the code differs", series{0, []string{"code", "200"}}, series{0, []string{"code", "500"}}, nil, true},
		{"only the bucket differs", series{0, []string{"le", "1"}}, series{0, []string{"le", "2"}}, nil, true},
		{"only the metric differs", series{0, []string{"__name__", "a"}}, series{1, []string{"__name__", "b"}}, nil, true},
		{"clusters differ", series{0, []string{"cluster", "a"}}, series{0, []string{"cluster", "b"}}, nil, false},
		{"one has no path", series{0, []string{"path", "/"}}, series{0, nil}, nil, false},
		{"a label of one base", series{0, []string{"reason", "slow"}}, series{1, nil}, []series{{1, nil}}, true},
		{"a label of both bases", series{0, []string{"reason", "slow"}}, series{0, []string{"reason", "late"}}, []series{{1, []string{"reason", "x"}}}, false},
		{"instances differ", series{0, []string{"instance", "x"}}, series{0, []string{"instance", "y"}}, nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := NewTracker(2, []string{"code"})
			add := func(s series) *Track {
				ls := labels.NewBuilder(labels.FromStrings(base...))
				for i := 0; i < len(s.labels); i += 2 {
					ls.Set(s.labels[i], s.labels[i+1])
				}
				tr, _ := k.Track(s.base, ls.Labels())
				return tr
			}
			for _, s := range c.more {
				add(s)
			}
			a, b := add(c.a), add(c.b)
			if got := a.kin == b.kin; got != c.want {
				t.Errorf("kin: %v, want %v", got, c.want)
			}
			if !slices.Contains(a.kin.tracks, a) || !slices.Contains(b.kin.tracks, b) {
				t.Error("a track is missing from its kin")
			}
		})
	}
}

func TestTrackOfSpellings(t *testing.T) {
	k := NewTracker(2, nil)
	a, isNew := k.Track(0, labels.FromStrings("le", "1"))
	if !isNew {
		t.Error("the first is not new")
	}
	if b, isNew := k.Track(0, labels.FromStrings("le", "1.0")); b != a || isNew {
		t.Error("another spelling of le is another track")
	}
	if b, isNew := k.Track(1, labels.FromStrings("le", "1")); b == a || !isNew {
		t.Error("another base has the same track")
	}
}

// A label that is met later divides kin. What was not seen before is not known
// for that.
func TestRearrange(t *testing.T) {
	k := NewTracker(1, []string{"code"})
	old := follow(k, "instance", "i", "code", "200")
	k.Prime(old, at(0, 0), 7)
	ahead := follow(k, "instance", "i", "code", "500")
	again := follow(k, "instance", "i", "code", "200", "cluster", "a")
	if old.kin != ahead.kin || old.kin == again.kin {
		t.Fatal("the label does not divide kin")
	}
	if !old.kin.isKnown(at(0, 0)) || again.kin.first != 0 {
		t.Errorf("first seen at %d and %d", old.kin.first, again.kin.first)
	}
	second := follow(k, "instance", "i", "code", "500", "cluster", "a")
	if found := walked(k, sample(again, 9, 5000), sample(second, 10, 9)); found[again] != 0 || found[second] != 0 {
		t.Errorf("an old target that is new to the server has %v events", found)
	}
}

func TestYoungAfterRearrange(t *testing.T) {
	k := NewTracker(1, []string{"code"})
	a := follow(k, "instance", "i", "code", "200", "path", "/")
	walked(k, sample(a, 0, 8))
	if !a.kin.startedNew {
		t.Fatal("a plausible target is not young")
	}
	follow(k, "instance", "i", "code", "200", "path", "/", "team", "x")
	if !a.kin.startedNew || a.kin.first != at(0, 0) {
		t.Error("it is forgotten that the target is young")
	}
}

// What is walked on a clone leaves the tracker as it is, and the other way round.
func TestCloneIsDeep(t *testing.T) {
	fresh := func() (*Tracker, []*Track) {
		k := NewTracker(2, []string{"code"})
		tracks := []*Track{
			followIn(k, 0, "instance", "i", "code", "500", "path", "/"),
			followIn(k, 1, "instance", "i", "code", "200", "path", "/"),
			followIn(k, 1, "instance", "i", "code", "500", "path", "/"),
		}
		walked(k, sample(tracks[1], 0, 90), sample(tracks[0], 0, 9), sample(tracks[2], 0, 9))
		return k, tracks
	}
	later := func(k *Tracker) (events []float64) {
		tracks := []*Track{
			followIn(k, 0, "instance", "i", "code", "500", "path", "/", "cluster", "a"),
			followIn(k, 1, "instance", "i", "code", "500", "path", "/", "cluster", "a"),
		}
		tracks = append(tracks, k.All()[:3]...)
		var samples []Sample
		for i, v := range []float64{12, 12, 9, 2, 9} {
			samples = append(samples, sample(tracks[i], 1, v), sample(tracks[i], 2, v+1))
		}
		found := walked(k, samples...)
		for _, tr := range tracks {
			if tr.kin != tr.instance.kin[keyOf(tr)] || !slices.Contains(tr.kin.tracks, tr) {
				t.Error("a track is not of its kin")
			}
			events = append(events, found[tr])
		}
		return events
	}
	alone, _ := fresh()
	want := later(alone)
	k, _ := fresh()
	clone := k.Clone()
	again := clone.Clone()
	for i, each := range []*Tracker{clone, k, again} {
		if got := later(each); !slices.Equal(got, want) {
			t.Errorf("tracker %d counts %v, want %v", i, got, want)
		}
	}
}

// keyOf is the key under which an instance has the track's kin.
func keyOf(tr *Track) string {
	for key, of := range tr.instance.kin {
		if of == tr.kin {
			return key
		}
	}
	return "none of " + tr.labels.String()
}

func TestForget(t *testing.T) {
	k := NewTracker(1, []string{"code"})
	gone := follow(k, "instance", "gone", "code", "200")
	half := follow(k, "instance", "i", "code", "500")
	kept := follow(k, "instance", "i", "code", "200")
	walked(k, sample(gone, 0, 1), sample(half, 0, 1), sample(kept, 0, 1), sample(kept, 10, 2))
	k.Forget(at(5, 0))
	if all := k.All(); len(all) != 1 || all[0] != kept || len(k.instances) != 1 || len(kept.kin.tracks) != 1 {
		t.Errorf("%d tracks and %d instances remain", len(all), len(k.instances))
	}
	if tr, isNew := k.Track(0, half.labels); tr == half || !isNew || tr.kin != kept.kin {
		t.Error("a series that was forgotten does not start over")
	}
	if tr, isNew := k.Track(0, kept.labels); tr != kept || isNew {
		t.Error("a series was forgotten")
	}
	if clone := k.Clone(); clone.All()[0].labels.String() != kept.labels.String() {
		t.Error("a clone has another order")
	}
}

func TestPresence(t *testing.T) {
	k := NewTracker(1, nil)
	tr := follow(k, "instance", "i")
	if _, ok := tr.Value(); ok || tr.Present() {
		t.Error("a track that was not seen has a value")
	}
	walked(k, sample(tr, 0, 7))
	if v, ok := tr.Value(); v != 7 || !ok {
		t.Errorf("the value is %v", v)
	}
	for minutes, want := range map[int]bool{4: true, 5: false} {
		if k.MarkPresent(at(minutes, 0)); tr.Present() != want {
			t.Errorf("present after %d minutes: %v", minutes, !want)
		}
	}
	tr.SetPresent(true)
	if !tr.Present() {
		t.Error("the track left and is not present")
	}
}

// The greater of two spellings of a series is where it begins.
func TestPrime(t *testing.T) {
	k := NewTracker(1, nil)
	tr := follow(k, "instance", "i")
	for _, v := range []float64{math.NaN(), -1, 5, 9, 7} {
		k.Prime(tr, at(0, 0), v)
	}
	if found := walked(k, sample(tr, 1, 12)); found[tr] != 3 {
		t.Errorf("%v events", found[tr])
	}
	if a := k.Fresh(); len(a.All()) != 0 || !slices.Equal(a.distinguishing, k.distinguishing) {
		t.Error("a new tracker is not of the same kind")
	}
}
