package review

import (
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/prometheus/model/labels"
)

// Series contains the values of a series that changes, or begins, when the service is
// changed, at times in order.
type Series struct {
	Labels labels.Labels
	At     []time.Time
	Values []float64
}

// maxChanges bounds the changes that are listed.
const maxChanges = 1000

// ChangesOf returns the changes that series show, in order: each time at which a value
// is another one than before, and at which a series begins after others were there.
func ChangesOf(series []Series) []Change {
	first := firstOf(series)
	var all []Change
	for _, s := range series {
		for i, at := range s.At {
			begins := i == 0 && at.After(first)
			if !begins && (i == 0 || s.Values[i] == s.Values[i-1] || math.IsNaN(s.Values[i])) {
				continue
			}
			all = append(all, Change{At: at, What: describe(s.Labels, s.Values[i])})
		}
	}
	slices.SortStableFunc(all, func(a, b Change) int { return a.At.Compare(b.At) })
	if len(all) > maxChanges {
		all = all[len(all)-maxChanges:]
	}
	return all
}

func firstOf(series []Series) time.Time {
	var first time.Time
	for _, s := range series {
		if len(s.At) > 0 && (first.IsZero() || s.At[0].Before(first)) {
			first = s.At[0]
		}
	}
	return first
}

func describe(ls labels.Labels, value float64) string {
	return ls.String() + " " + strconv.FormatFloat(value, 'g', -1, 64)
}
