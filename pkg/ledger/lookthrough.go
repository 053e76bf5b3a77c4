package ledger

import (
	"context"
	"math"
	"time"
)

const (
	// dayAfter is how often the last day is looked through, one of dayPhases
	// steps at a time, and windowAfter the longest time after which all is.
	dayAfter    = 5 * time.Minute
	dayPhases   = 3
	windowAfter = 24 * time.Hour
)

// lookThroughDay finds what came late in the last day.
func (l *Ledger) lookThroughDay(ctx context.Context) error {
	var from, stride int64
	if err := l.with(ctx, func(now int64) {
		if !l.upkeep.day.isDue(now) {
			return
		}
		l.upkeep.day = dueAfter(now, dayAfter)
		from, stride = floor(now-day, l.step), l.grid
		if l.step == l.grid {
			stride = dayPhases * l.grid
			from += l.upkeep.phase * l.grid
			l.upkeep.phase = (l.upkeep.phase + 1) % dayPhases
		}
	}); err != nil || stride == 0 {
		return err
	}
	if _, err := l.lookThrough(ctx, from, stride); err != nil {
		return err
	}
	return l.recountLatest(ctx)
}

// lookThroughWindow finds what came late in all that is sealed: soon after
// something was unknown, and then ever more rarely.
func (l *Ledger) lookThroughWindow(ctx context.Context) error {
	var isDue bool
	if err := l.with(ctx, func(now int64) {
		w := &l.upkeep.window
		if isDue = w.isDue(now); isDue {
			w.later(now, windowAfter)
			l.earliest = 0 // what was before may be there by now
		}
	}); err != nil || !isDue {
		return err
	}
	found, err := l.lookThrough(ctx, 0, l.grid)
	if err != nil || !found {
		return err
	}
	return l.with(ctx, func(now int64) { l.upkeep.window.soon(now) })
}

// lookThrough counts the steps after from again that have more series now than
// when they were counted, and reports whether there are any. It looks at grid
// points that are a stride apart.
func (l *Ledger) lookThrough(ctx context.Context, from, stride int64) (found bool, err error) {
	var w window
	if err := l.with(ctx, func(int64) {
		w = whole(max(from, l.book.first, floor(l.remarks.cut, l.step)), l.book.last)
	}); err != nil || w.first+stride > w.last {
		return false, err
	}
	present, heard, err := l.fetch.countSeries(ctx, w.first+l.grid, w.last, stride)
	if err != nil || heard.isPartial() {
		return false, err
	}
	var grown []window
	if err := l.with(ctx, func(int64) { grown = l.grown(present) }); err != nil {
		return false, err
	}
	return len(grown) > 0, l.recountAll(ctx, grown, "data came late")
}

// grown returns the stretches of steps that have more series than when they were
// counted, and notes how many there are at steps that were counted from raw
// samples. What is present is by grid point; those without any are left out.
func (l *Ledger) grown(present map[int64]int) []window {
	sums := map[int]int{}
	for t, n := range present {
		if t > l.book.first && t <= l.book.last {
			sums[l.book.index(t-1)] += n
		}
	}
	more := make([]bool, len(l.book.steps))
	for i, n := range sums {
		switch s := &l.book.steps[i]; {
		case s.has(fromRecords):
		case s.has(covered) && !s.has(counted):
			s.series, s.marks = uint16(min(n, math.MaxUint16)), s.marks|counted
		case n > int(s.series):
			more[i] = true
		}
	}
	return l.book.stretches(func(i int) bool { return more[i] })
}
