package ledger

import (
	"context"
	"math"
)

// recheckDay finds what came late in the last day.
func (l *Ledger) recheckDay(ctx context.Context) error {
	var from, stride int64
	if err := l.with(ctx, func(now int64) {
		m := &l.maintenance
		if !m.day.isDue(now) {
			return
		}
		step, grid := l.account.step, l.sources.own.grid
		m.day = scheduleAfter(now, dayRecheck)
		from, stride = floor(now-day, step), grid
		if step == grid {
			stride = dayPhases * grid
			from += m.phase * grid
			m.phase = (m.phase + 1) % dayPhases
		}
	}); err != nil || stride == 0 {
		return err
	}
	if _, err := l.recheck(ctx, from, stride); err != nil {
		return err
	}
	return l.recountLatest(ctx)
}

// recheckAll finds what came late in all that is sealed: soon after something was
// unknown, and then ever more rarely.
func (l *Ledger) recheckAll(ctx context.Context) error {
	var isDue bool
	if err := l.with(ctx, func(now int64) {
		if isDue = l.maintenance.window.isDue(now); isDue {
			l.maintenance.window.backOff(now, longestRecheck)
			l.earliest = 0 // what was before may be there by now
		}
	}); err != nil || !isDue {
		return err
	}
	found, err := l.recheck(ctx, 0, l.sources.own.grid)
	if err != nil || !found {
		return err
	}
	return l.with(ctx, func(now int64) { l.maintenance.window.retrySoon(now) })
}

// recheck counts the steps after from again that have more series now than when
// they were counted, and reports whether there are any. It looks at grid points that
// are a stride apart.
func (l *Ledger) recheck(ctx context.Context, from, stride int64) (found bool, err error) {
	var w window
	if err := l.with(ctx, func(int64) {
		w = wholeSteps(max(from, l.account.sealed.first, floor(l.account.retainedFrom, l.account.step)), l.account.sealed.last)
	}); err != nil || w.first+stride > w.last {
		return false, err
	}
	series, c, err := l.fetch.countSeries(ctx, w.first+l.sources.own.grid, w.last, stride)
	if err != nil || c.isPartial() {
		return false, err
	}
	var grown []window
	if err := l.with(ctx, func(int64) { grown = l.account.sealed.withMoreSeries(series) }); err != nil {
		return false, err
	}
	return len(grown) > 0, l.recountAll(ctx, grown, "data came late")
}

// withMoreSeries returns the windows of steps that have more series than when they
// were counted, and notes how many there are at steps for which that is unknown.
// The number of series is given by grid point, where there are any.
func (s *sealedSteps) withMoreSeries(series map[int64]int) []window {
	sums := map[int]int{}
	for t, n := range series {
		if t > s.first && t <= s.last {
			sums[s.index(t-1)] += n
		}
	}
	more := make([]bool, len(s.steps))
	for i, n := range sums {
		switch step := &s.steps[i]; {
		case step.has(fromRecords):
		case step.has(covered) && !step.has(counted):
			step.series, step.marks = uint16(min(n, math.MaxUint16)), step.marks|counted
		case n > int(step.series):
			more[i] = true
		}
	}
	return s.windowsWhere(func(i int) bool { return more[i] })
}
