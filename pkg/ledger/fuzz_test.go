package ledger

import (
	"encoding/binary"
	"math"
	"slices"
	"testing"
)

// scenario makes samples of four series of two targets from any bytes: three
// bytes a sample, which are the series, the time since the last and the value.
func scenario(data []byte) []point {
	targets := []*target{{number: 1, scraped: true}, {number: 2}}
	tracks := make([]*track, 4)
	for i := range tracks {
		tracks[i] = &track{target: targets[i/2], group: i, bad: float64(i % 2), total: 1}
	}
	var points []point
	now := int64(1)
	for ; len(data) >= 3; data = data[3:] {
		now += int64(data[1]) * 7_000
		tr := tracks[data[0]%4]
		points = append(points, point{track: tr, t: now, v: float64(data[2]) * (1 + 1000*float64(data[0]/64))})
	}
	for i := range points {
		for _, later := range points[i+1:] {
			if later.track == points[i].track && later.t > points[i].t {
				points[i].next = max(0, later.v-points[i].v)
				break
			}
		}
	}
	return slices.CompactFunc(points, func(a, b point) bool { return a.track == b.track && a.t == b.t })
}

// emitted is what a walk over the points in so many parts finds, by track.
func emitted(t *testing.T, points []point, cuts ...int64) (events [4]float64) {
	for _, until := range append(cuts, math.MaxInt64) {
		n := slices.IndexFunc(points, func(p point) bool { return p.t > until })
		if n < 0 {
			n = len(points)
		}
		walk(slices.Clone(points[:n]), until, func(tr *track, at int64, n float64) {
			if n < 0 || math.IsNaN(n) || math.IsInf(n, 0) {
				t.Fatalf("%v events at %d", n, at)
			}
			events[tr.group] += n
		})
		points = points[n:]
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
		whole := emitted(t, scenario(data))
		parts := emitted(t, scenario(data), int64(cut)*5000)
		for i := range whole {
			if whole[i] != parts[i] {
				t.Errorf("series %d has %v events at once, %v in parts", i, whole[i], parts[i])
			}
		}
		var most [4]float64
		for _, p := range scenario(data) {
			most[p.track.group] += p.v
		}
		for i := range whole {
			if whole[i] > most[i] {
				t.Errorf("series %d has %v events, all its samples come to %v", i, whole[i], most[i])
			}
		}
	})
}

// The curve of any cells reads what the cells hold.
func FuzzRun(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8}, int64(50), int64(170))
	f.Fuzz(func(t *testing.T, data []byte, from, to int64) {
		const cell = 60
		r := newRun(-cell, cell)
		for ; len(data) >= 2; data = data[2:] {
			n := float64(binary.LittleEndian.Uint16(data))
			r.append(knot{bad: math.Floor(n / 7), total: n, covered: cell})
		}
		from, to = from%100_000, to%100_000
		if from > to {
			from, to = to, from
		}
		part, all := r.at(to).minus(r.at(from)), r.at(math.MaxInt64/2)
		if part.bad < 0 || part.total < part.bad-1e-6 || part.total > all.total+1e-6 || part.covered < 0 || part.covered > float64(to-from)+1e-6 {
			t.Errorf("(%d, %d] of %v reads %v", from, to, all, part)
		}
	})
}
