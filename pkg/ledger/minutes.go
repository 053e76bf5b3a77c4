package ledger

import (
	"context"
	"math"
	"slices"

	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// densePace is the longest usual distance of minutes with samples, in minutes, at
// which minutes without samples are looked at: those of what is scraped more rarely
// say nothing.
const densePace = 4

// minutesOf asks for the minutes with samples in the steps that end at first,
// first+step, … last, of each term of total events whose samples the server counts.
// It asks nothing if a step is not several minutes long, or if there are counters
// among the total events, which lose no events with their samples.
func (f *fetcher) minutesOf(ctx context.Context, first, last, step int64) (all []upstream.Series, noted caveats, err error) {
	exprs := f.minuteExpressions(step)
	answers, noted, err := askAll(ctx, len(exprs), func(ctx context.Context, i int) ([]upstream.Series, upstream.Meta, error) {
		return f.askRange(ctx, exprs[i], first, last, step)
	})
	return slices.Concat(answers...), noted, err
}

func (f *fetcher) minuteExpressions(step int64) (exprs []string) {
	if len(f.bases) > 0 {
		return nil
	}
	for _, d := range f.direct {
		if d.total == 0 {
			continue
		}
		expr := d.source.Minutes(milliseconds(step))
		if expr == "" {
			return nil
		}
		exprs = append(exprs, expr)
	}
	return exprs
}

// addMinutes adds what minutesOf answered to the minutes of a batch's groups.
func (w *walker) addMinutes(b *batch, series []upstream.Series) {
	n := w.grid / minute
	for _, s := range series {
		group := w.groups.index(s.Labels, w.plan.GroupBy)
		for _, sample := range s.Samples {
			isNumber := sample.V == math.Trunc(sample.V) && sample.V >= 0 && sample.V < math.Exp2(float64(n))
			if isNumber && sample.T > b.first && sample.T <= b.last {
				b.addMinutes(group, sample.T, uint64(sample.V), n)
			}
		}
	}
}

// addMinutes adds the minutes of a group that the digits name, of the n minutes up
// to t.
func (b *batch) addMinutes(group int, t int64, digits uint64, n int64) {
	if b.minutes == nil {
		b.minutes = map[int][]int64{}
	}
	for m := t/minute - n + 1; m <= t/minute; m++ {
		if digits&(1<<(m%n)) != 0 {
			b.minutes[group] = append(b.minutes[group], m)
		}
	}
}

// minutePace describes in which minutes a group has samples.
type minutePace struct {
	pace
	// before is the distance of the last two minutes with samples.
	before int64
}

// lost returns which minutes before one lack the samples that were due since the
// last, from the first up to but not the last: none until it is known how often they
// come, none if they come rarely, and none if they came as rarely just before, since
// then they come less often now.
func (p minutePace) lost(upTo int64) (from, until int64) {
	usual, distance := p.usual(), upTo-p.last
	if len(p.intervals) < paceMemory || usual > densePace || distance <= usual+1 || p.before >= distance-1 {
		return 0, 0
	}
	return p.last + usual, upTo
}

// loseMinutes takes from the coverage of a batch's steps the minutes in which samples
// of their groups were due that the server does not have.
func (p *paces) loseMinutes(b *batch) {
	for group, minutes := range b.minutes {
		slices.Sort(minutes)
		one, known := p.minutes[group]
		for _, m := range slices.Compact(minutes) {
			switch {
			case !known:
				one.pace, known = one.pace.next(m, false), true
			case m > one.last:
				from, until := one.lost(m)
				b.loseCoverage(group, from, until)
				one.before = m - one.last
				one.pace = one.pace.next(m, true)
			}
		}
		if known {
			from, until := one.lost(b.last/minute + 1)
			b.loseCoverage(group, from, until)
			p.minutes[group] = one
		}
	}
}

// loseCoverage takes minutes, from the first up to but not the last, from the
// coverage of a group's cells. A cell with events keeps some; one without was not
// left out because no sample was due.
func (b *batch) loseCoverage(group int, from, until int64) {
	for m := max(from, b.first/minute+1); m < until && m*minute <= b.last; m++ {
		i := b.cellOf(m * minute)
		if b.isExpected(group, i) {
			b.expected[group][i] = false
		}
		if c := &b.cellsOf(group)[i]; c.covered > float64(minute) {
			c.covered -= float64(minute)
		}
	}
}

// takeCoverage takes the coverage of the cells of a longer batch.
func (b *batch) takeCoverage(from *batch) {
	if from.minutes == nil {
		return
	}
	i := int((b.first - from.first) / b.cellLength)
	for group, cells := range b.groups {
		for j := range cells {
			if group < len(from.groups) && from.groups[group] != nil {
				cells[j].covered = min(cells[j].covered, from.groups[group][i+j].covered)
			}
		}
	}
}
