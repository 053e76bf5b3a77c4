package ledger

import (
	"context"
	"math"
	"time"
)

const (
	// dayRecheck is how often the last day is looked through, one of dayPhases
	// steps at a time, and windowAfter the longest time after which all is.
	dayRecheck     = 5 * time.Minute
	dayPhases      = 3
	longestRecheck = 24 * time.Hour
)

// recheckDay finds what came late in the last day.
func (l *Ledger) recheckDay(ctx context.Context) error {
	var from, stride int64
	if err := l.with(ctx, func(now int64) {
		if !l.maintenance.day.isDue(now) {
			return
		}
		l.maintenance.day = scheduleAfter(now, dayRecheck)
		from, stride = floor(now-day, l.step), l.grid
		if l.step == l.grid {
			stride = dayPhases * l.grid
			from += l.maintenance.phase * l.grid
			l.maintenance.phase = (l.maintenance.phase + 1) % dayPhases
		}
	}); err != nil || stride == 0 {
		return err
	}
	if _, err := l.recheck(ctx, from, stride); err != nil {
		return err
	}
	return l.recountLatest(ctx)
}

// recheckAll finds what came late in all that is sealed: soon after
// something was unknown, and then ever more rarely.
func (l *Ledger) recheckAll(ctx context.Context) error {
	var isDue bool
	if err := l.with(ctx, func(now int64) {
		w := &l.maintenance.window
		if isDue = w.isDue(now); isDue {
			w.backOff(now, longestRecheck)
			l.earliest = 0 // what was before may be there by now
		}
	}); err != nil || !isDue {
		return err
	}
	found, err := l.recheck(ctx, 0, l.grid)
	if err != nil || !found {
		return err
	}
	return l.with(ctx, func(now int64) { l.maintenance.window.retrySoon(now) })
}

// recheck counts the steps after from again that have more series now than
// when they were counted, and reports whether there are any. It looks at grid
// points that are a stride apart.
func (l *Ledger) recheck(ctx context.Context, from, stride int64) (found bool, err error) {
	var w window
	if err := l.with(ctx, func(int64) {
		w = wholeSteps(max(from, l.sealed.first, floor(l.remarks.cut, l.step)), l.sealed.last)
	}); err != nil || w.first+stride > w.last {
		return false, err
	}
	present, heard, err := l.fetch.countSeries(ctx, w.first+l.grid, w.last, stride)
	if err != nil || heard.isPartial() {
		return false, err
	}
	var grown []window
	if err := l.with(ctx, func(int64) { grown = l.stepsWithMoreSeries(present) }); err != nil {
		return false, err
	}
	return len(grown) > 0, l.recountAll(ctx, grown, "data came late")
}

// stepsWithMoreSeries returns the stretches of steps that have more series than when they were
// counted, and notes how many there are at steps that were counted from raw
// samples. What is present is by grid point; those without any are left out.
func (l *Ledger) stepsWithMoreSeries(present map[int64]int) []window {
	sums := map[int]int{}
	for t, n := range present {
		if t > l.sealed.first && t <= l.sealed.last {
			sums[l.sealed.index(t-1)] += n
		}
	}
	more := make([]bool, len(l.sealed.steps))
	for i, n := range sums {
		switch s := &l.sealed.steps[i]; {
		case s.has(fromRecords):
		case s.has(covered) && !s.has(counted):
			s.series, s.marks = uint16(min(n, math.MaxUint16)), s.marks|counted
		case n > int(s.series):
			more[i] = true
		}
	}
	return l.sealed.windowsWhere(func(i int) bool { return more[i] })
}
