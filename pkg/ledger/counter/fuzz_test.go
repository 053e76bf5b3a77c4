package counter

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/prometheus/prometheus/model/labels"
)

// scenario makes samples of four series of two targets from any bytes: three
// bytes a sample, which are the series, the time since the last and the value.
func scenario(data []byte) (*Tracker, []Sample) {
	k := NewTracker(1, []string{"code"})
	tracks := make([]*Track, 4)
	for i := range tracks {
		ls := map[string]string{"code": fmt.Sprint(i % 2)}
		if i < 2 {
			ls["instance"] = "a"
		}
		tracks[i], _ = k.Track(0, labels.FromMap(ls))
		tracks[i].Group, tracks[i].Bad, tracks[i].Total = i, float64(i%2), 1
	}
	var samples []Sample
	now := int64(1)
	for ; len(data) >= 3; data = data[3:] {
		now += int64(data[1]) * 7_000
		samples = append(samples, Sample{Track: tracks[data[0]%4], T: now, V: float64(data[2]) * (1 + 1000*float64(data[0]/64))})
	}
	for i := range samples {
		for _, later := range samples[i+1:] {
			if later.Track == samples[i].Track && later.T > samples[i].T {
				samples[i].Next = max(0, later.V-samples[i].V)
				break
			}
		}
	}
	return k, slices.CompactFunc(samples, func(a, b Sample) bool { return a.Track == b.Track && a.T == b.T })
}

// emitted is what a walk over the samples in so many parts finds, by track.
func emitted(t *testing.T, data []byte, cuts ...int64) (events [4]float64) {
	k, samples := scenario(data)
	for _, until := range append(cuts, math.MaxInt64) {
		n := slices.IndexFunc(samples, func(p Sample) bool { return p.T > until })
		if n < 0 {
			n = len(samples)
		}
		k.Walk(slices.Clone(samples), until, func(tr *Track, at int64, e Events) {
			if e.N < 0 || e.Unseen < 0 || e.Unseen > e.N || math.IsNaN(e.N) || math.IsInf(e.N, 0) {
				t.Fatalf("%v events at %d", e, at)
			}
			events[tr.Group] += e.N
		})
		samples = samples[n:]
	}
	return events
}

// Events are never negative, never more than the samples can hold, and the
// same however a walk is divided.
func FuzzWalk(f *testing.F) {
	f.Add([]byte{0, 4, 1, 0, 4, 2, 0, 4, 0, 1, 4, 9}, uint16(3))
	f.Add(slices.Repeat([]byte{0, 4, 10, 1, 0, 3, 2, 200, 1, 3, 0, 255}, 20), uint16(700))
	f.Fuzz(func(t *testing.T, data []byte, cut uint16) {
		if len(data) > 3000 {
			return
		}
		whole := emitted(t, data)
		parts := emitted(t, data, int64(cut)*5000)
		for i := range whole {
			if whole[i] != parts[i] {
				t.Errorf("series %d has %v events at once, %v in parts", i, whole[i], parts[i])
			}
		}
		var most [4]float64
		_, samples := scenario(data)
		for _, p := range samples {
			most[p.Track.Group] += p.V
		}
		for i := range whole {
			if whole[i] > most[i] {
				t.Errorf("series %d has %v events, all its samples come to %v", i, whole[i], most[i])
			}
		}
	})
}
