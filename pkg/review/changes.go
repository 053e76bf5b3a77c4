package review

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
)

// Series contains the values of a series that changes, or begins, when the service is
// changed, at times in order.
type Series struct {
	Labels labels.Labels
	At     []time.Time
	Values []float64
}

// Change describes a change of a service.
type Change struct {
	At time.Time
	// What changed: the labels and the value of a series.
	What string
}

// Changes contains the changes of a service, in order, as far as they are known.
type Changes struct {
	All []Change
	// Since when all of them are known.
	Since time.Time
	// Why none is known, nil if they are.
	Err error
}

// ChangesQuery returns the query whose series show the changes of what an entry
// measures, empty if its promise names none.
func ChangesQuery(e budget.Entry) string {
	promise := e.SLO.PromiseOf(e.Objective)
	if promise == nil || promise.Changes == nil {
		return ""
	}
	return promise.Changes.Expr
}

// Suspicion is how long before an incident a change may have led to it.
const Suspicion = 24 * time.Hour

// Before returns the last change within Suspicion of the start of an incident, nil if
// there was none. An error says why that is not known.
func (c Changes) Before(i budget.Incident) (*Change, error) {
	if c.Err != nil {
		return nil, c.Err
	}
	for _, one := range slices.Backward(c.All) {
		if !one.At.After(i.Start) && i.Start.Sub(one.At) <= Suspicion {
			return &one, nil
		}
	}
	if i.Start.Add(-Suspicion).Before(c.Since) {
		return nil, fmt.Errorf("changes are known since %s", human.Time(c.Since))
	}
	return nil, nil
}

// maxChanges bounds the changes that are listed.
const maxChanges = 1000

// ChangesOf returns the changes that series show since a time: each time at which a
// value is another one than before, and at which a series begins after others were
// there.
func ChangesOf(series []Series, since time.Time) Changes {
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
		since = all[0].At
	}
	return Changes{All: all, Since: since}
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
