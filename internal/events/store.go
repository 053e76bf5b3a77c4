package events

import (
	"math"
	"sort"
	"time"

	"github.com/prometheus/prometheus/model/labels"
)

// deduplicate merges two series that replicas have of one counter, as Thanos'
// penalty algorithm does: the answer stays with a replica until that has a gap.
func deduplicate(a, b series) series {
	const initial = 5000 // the penalty in milliseconds before an interval is known
	merged := a
	merged.readings = nil
	rest := [2][]reading{a.readings, b.readings}
	var penalty [2]int64
	for last := int64(math.MinInt64 / 2); ; {
		for i := range rest {
			rest[i] = since(rest[i], last+1+penalty[i])
		}
		use, other := choose(rest)
		if len(rest[use]) == 0 {
			return merged
		}
		r := rest[use][0]
		penalty[use] = 0
		if len(rest[other]) > 0 {
			penalty[other] = initial
			if len(merged.readings) > 0 {
				penalty[other] = 2 * (r.millis - last)
			}
		}
		last = r.millis
		merged.readings = append(merged.readings, r)
	}
}

// since returns the readings that are not before a time.
func since(readings []reading, millis int64) []reading {
	for len(readings) > 0 && readings[0].millis < millis {
		readings = readings[1:]
	}
	return readings
}

// choose returns the replica that has the next reading, the first at a tie.
func choose(rest [2][]reading) (use, other int) {
	if len(rest[0]) == 0 || len(rest[1]) > 0 && rest[1][0].millis < rest[0][0].millis {
		return 1, 0
	}
	return 0, 1
}

// sum returns what a recording rule records of the series once a minute: their sums
// without the label instance.
func sum(all []series, start, end time.Time) []series {
	byLabels := map[string]int{}
	var sums []series
	var parts [][]series
	for _, s := range all {
		ls := labels.NewBuilder(s.labels).Del("instance").Labels()
		i, known := byLabels[ls.String()]
		if !known {
			i = len(sums)
			byLabels[ls.String()] = i
			sums, parts = append(sums, series{labels: ls}), append(parts, nil)
		}
		parts[i] = append(parts[i], s)
	}
	for i := range sums {
		sums[i].readings = add(parts[i], start, end)
	}
	return sums
}

// add returns the readings of a sum.
func add(parts []series, start, end time.Time) []reading {
	var all []reading
	present := false
	for at := start; at.Before(end); at = at.Add(time.Minute) {
		total, exists := 0.0, false
		for _, s := range parts {
			if r, ok := s.last(at.UnixMilli()); ok {
				total, exists = total+r.written, true
			}
		}
		if exists || present {
			all = append(all, reading{millis: at.UnixMilli(), written: total, stale: !exists})
		}
		present = exists
	}
	return all
}

// last returns the reading that an instant query finds.
func (s series) last(millis int64) (reading, bool) {
	const lookback = int64(5 * time.Minute / time.Millisecond)
	n := sort.Search(len(s.readings), func(i int) bool { return s.readings[i].millis > millis })
	if n == 0 {
		return reading{}, false
	}
	r := s.readings[n-1]
	return r, !r.stale && r.millis > millis-lookback
}
