package ledger

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/grouplabel"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// minute is the time that a record covers.
const minute = int64(promql.RecordedInterval / time.Millisecond)

// halfMinute is how far before a record the middle of its minute lies.
const halfMinute = minute / 2

// oldestRecord is the greatest age of the last record for which records serve as
// the tail: there is one a minute, and some rulers evaluate for the minute before.
const oldestRecord = 3 * minute

// recordedData holds what the server has recorded of a plan's events.
type recordedData struct {
	series []recordedSeries
	// times lists those at which each group has a record of bad and one of total
	// events, in order.
	times []int64
	caveats
}

// recordedSeries holds the records of bad or of total events of a group.
type recordedSeries struct {
	group   int
	total   bool
	samples []upstream.Sample
}

// alignToMinutes returns the series with each sample at the end of the full minute
// that has the middle of its own. A ruler records at some second of the minute, so
// at most half a minute's events lie on the wrong side of a slice's edge.
func alignToMinutes(series []upstream.Series) []upstream.Series {
	all := slices.Clone(series)
	for i, s := range all {
		all[i].Samples = make([]upstream.Sample, len(s.Samples))
		for j, sample := range s.Samples {
			all[i].Samples[j] = upstream.Sample{T: ceil(sample.T-halfMinute, minute), V: sample.V}
		}
	}
	return all
}

// newRecordedData returns what was recorded after from.
func newRecordedData(series []upstream.Series, from int64, g *groups, by []string) *recordedData {
	r := &recordedData{}
	for _, s := range chooseRuler(series, by) {
		n, _ := slices.BinarySearchFunc(s.Samples, from+1, func(s upstream.Sample, t int64) int { return cmp.Compare(s.T, t) })
		r.series = append(r.series, recordedSeries{
			group:   g.indexOfRecord(s.Labels, by),
			total:   s.Labels.Get(model.MetricNameLabel) == promql.RecordedTotal,
			samples: s.Samples[n:],
		})
	}
	r.times = r.completeTimes()
	return r
}

// chooseRuler returns the series of one SLO and objective. SLOs that count the same
// have the same records; those with the most samples serve, or the first. Records
// that differ in labels that no rule sets come from several rulers: either none of
// them knows all events, or each does. These do not serve.
func chooseRuler(series []upstream.Series, groupBy []string) []upstream.Series {
	var order []string
	bySLO := map[string][]upstream.Series{}
	for _, s := range series {
		key := s.Labels.Get("slo") + "\xff" + s.Labels.Get(promql.RecordedInstance) + "\xff" + s.Labels.Get("objective")
		if _, ok := bySLO[key]; !ok {
			order = append(order, key)
		}
		bySLO[key] = append(bySLO[key], s)
	}
	slices.Sort(order)
	var best []upstream.Series
	for _, key := range order {
		if one := bySLO[key]; sampleTotal(one) > sampleTotal(best) && !fromSeveralRulers(one, groupBy) {
			best = one
		}
	}
	return best
}

func sampleTotal(series []upstream.Series) (n int) {
	for _, s := range series {
		n += len(s.Samples)
	}
	return n
}

// fromSeveralRulers reports whether more than one ruler made the series of an SLO.
func fromSeveralRulers(series []upstream.Series, groupBy []string) bool {
	given := []string{model.MetricNameLabel, "slo", "objective", "service", "team", promql.RecordedPlan}
	for _, name := range groupBy {
		given = append(given, grouplabel.Name(name))
	}
	foreign := func(s upstream.Series) labels.Labels { return labels.NewBuilder(s.Labels).Del(given...).Labels() }
	return slices.ContainsFunc(series, func(s upstream.Series) bool { return !labels.Equal(foreign(s), foreign(series[0])) })
}

// completeTimes returns the times at which all groups that have a record have both,
// with finite values.
func (r *recordedData) completeTimes() []int64 {
	type pair struct{ bad, total []int64 }
	pairs := map[int]pair{}
	for _, line := range r.series {
		p := pairs[line.group]
		if line.total {
			p.total, _ = mergeTimes(p.total, line.finiteTimes())
		} else {
			p.bad, _ = mergeTimes(p.bad, line.finiteTimes())
		}
		pairs[line.group] = p
	}
	var all []int64
	incomplete := map[int64]bool{}
	for _, p := range pairs {
		either, alone := mergeTimes(p.bad, p.total)
		all, _ = mergeTimes(all, either)
		for _, t := range alone {
			incomplete[t] = true
		}
	}
	return slices.DeleteFunc(all, func(t int64) bool { return incomplete[t] })
}

// weight returns what an event of the series counts as.
func (r recordedSeries) weight() weight {
	if r.total {
		return weight{total: 1}
	}
	return weight{bad: 1}
}

// finiteTimes returns the times of the samples that are finite.
func (r recordedSeries) finiteTimes() []int64 {
	times := make([]int64, 0, len(r.samples))
	for _, s := range r.samples {
		if !math.IsNaN(s.V) && !math.IsInf(s.V, 0) {
			times = append(times, s.T)
		}
	}
	return times
}

// mergeTimes returns the union of two ordered lists of times, and those that are in
// only one.
func mergeTimes(a, b []int64) (either, alone []int64) {
	either = make([]int64, 0, max(len(a), len(b)))
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && a[0] < b[0]:
			either, alone, a = append(either, a[0]), append(alone, a[0]), a[1:]
		case len(a) == 0 || b[0] < a[0]:
			either, alone, b = append(either, b[0]), append(alone, b[0]), b[1:]
		default:
			either, a, b = append(either, a[0]), a[1:], b[1:]
		}
	}
	return either, alone
}

// batch returns a batch with the records of a window, as enter enters them.
func (r *recordedData) batch(w window, cell, step int64) *batch {
	s := newBatch(w, cell)
	s.recorded = true
	s.merge(r.caveats)
	r.enter(s, step)
	return s
}

// last returns the time of the last record.
func (r *recordedData) last() int64 { return r.times[len(r.times)-1] }

// upTo returns the time of the last record up to t.
func (r *recordedData) upTo(t int64) int64 {
	n, _ := slices.BinarySearch(r.times, t+1)
	return r.times[n-1]
}

// noStep makes enter spread records over all of their minute.
const noStep = 0

// enter adds the records to a batch, each evenly in its minute. With a step, all of
// a record belongs to the step in which it was made, and lies in the part of its
// minute that is in that step. Times that are not complete are left out.
func (r *recordedData) enter(s *batch, step int64) {
	for _, line := range r.series {
		times := r.times
		for _, sample := range line.samples {
			for len(times) > 0 && times[0] < sample.T {
				times = times[1:]
			}
			begin := sample.T - minute
			if step != noStep {
				begin = max(begin, floor(sample.T-1, step))
			}
			if len(times) > 0 && times[0] == sample.T {
				s.addEvenly(line.group, begin, sample.T, line.weight(), sample.V)
			}
		}
	}
}

// steps returns the time that the records of each of the n steps after first cover,
// if all minutes of the step are recorded.
func (r *recordedData) steps(first, step int64, n int) []recordedSpan {
	all := make([]recordedSpan, n)
	times := r.times
	for i := range all {
		end := first + int64(i+1)*step
		m, _ := slices.BinarySearch(times, end+1)
		if of := times[:m]; m > 0 && int64(m)*minute == step && of[m-1]-of[0] == step-minute {
			all[i] = recordedSpan{of[0] - minute, of[m-1]}
		}
		times = times[m:]
	}
	return all
}

// since returns the time of the last record up to t. Its ok is false if there is
// none, or if one of the minutes until now is missing or late.
func (r *recordedData) since(t, now int64) (begin int64, ok bool) {
	n, _ := slices.BinarySearch(r.times, t+1)
	if n == 0 || r.times[n-1] <= t-minute {
		return 0, false
	}
	times := r.times[n-1:]
	last := times[len(times)-1]
	return times[0], now-last <= oldestRecord && last-times[0] == int64(len(times)-1)*minute
}
