package ledger

import (
	"slices"
	"sync"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/ledger/counter"
)

const (
	// longestPace is the longest interval between scrapes that is full coverage.
	longestPace = int64(30 * time.Minute / time.Millisecond)
	// paceMemory is from how many of the latest intervals a pace is derived, and
	// leastIntervals from how many at least.
	paceMemory     = 16
	leastIntervals = 2
	// shortPaceMemory is the same where samples smear over grid steps.
	shortPaceMemory = 48
)

// paces knows how often the groups of a plan have samples, from the samples
// themselves: a service that is scraped every 15 minutes has no gaps between its
// scrapes. It is for one goroutine.
type paces struct {
	grid int64
	// A value of a counter is shown for five minutes. In shorter grid steps it
	// smears over several.
	smears  bool
	groups  map[int]pace
	minutes map[int]minutePace
}

// pace describes in which grid steps a group has samples.
type pace struct {
	// Number of the last grid step with samples since the epoch.
	last int64
	// intervals holds the latest distances between grid steps with samples.
	intervals []int64
	smears    bool
}

// newPaces returns the paces of what is counted at grid points, by the server
// itself if direct.
func newPaces(grid int64, direct bool) *paces {
	return (&paces{grid: grid, smears: !direct && grid < DefaultStep.Milliseconds()}).fresh()
}

// fresh returns paces of the same kind that know nothing yet.
func (p *paces) fresh() *paces {
	return &paces{grid: p.grid, smears: p.smears, groups: map[int]pace{}, minutes: map[int]minutePace{}}
}

// clone returns paces that go on by themselves.
func (p *paces) clone() *paces {
	c := p.fresh()
	for group, one := range p.groups {
		one.intervals = slices.Clip(one.intervals)
		c.groups[group] = one
	}
	for group, one := range p.minutes {
		one.intervals = slices.Clip(one.intervals)
		c.minutes[group] = one
	}
	return c
}

// cover notes in which steps of a batch each group has samples, marks those without as
// expected in which none was due, and takes from the others what they lack.
func (p *paces) cover(b *batch, t *counter.Tracker) {
	shortest := sync.OnceValue(func() map[int]int64 {
		return shortestIntervals(t, b.first-paceMemory*DefaultStep.Milliseconds())
	})
	for group, cells := range b.groups {
		if cells != nil {
			p.coverGroup(b, group, shortest)
		}
	}
	for group, one := range p.groups { // without samples in this batch
		if group >= len(b.groups) || b.groups[group] == nil {
			if one.due(p.grid) > b.first/p.grid {
				b.cellsOf(group)
				p.coverGroup(b, group, shortest)
			}
		}
	}
	p.loseMinutes(b)
}

func (p *paces) coverGroup(b *batch, group int, shortest func() map[int]int64) {
	cells, perStep := b.cellsOf(group), int(p.grid/b.cellLength)
	one, known := p.groups[group]
	one.smears = p.smears
	for i := 0; i < len(cells); i += perStep {
		number := b.cellStart(i) / p.grid
		end := min(i+perStep, len(cells))
		switch {
		case slices.ContainsFunc(cells[i:end], func(c count) bool { return c.covered > 0 }):
			one, known = one.next(number, known), true
		case known && number > one.last && number < one.due(p.grid) && !isDense(shortest(), group, one.usual()*p.grid):
			b.expect(group, i, end)
		}
	}
	if known {
		p.groups[group] = one
	}
}

// next returns the pace with samples in one more step.
func (p pace) next(number int64, known bool) pace {
	switch {
	case !known:
		p.last = number
		return p
	case number <= p.last:
		return p
	}
	if len(p.intervals) >= p.memory() {
		p.intervals = p.intervals[1:]
	}
	p.intervals, p.last = append(p.intervals, number-p.last), number
	return p
}

// memory returns from how many of the latest intervals the pace is derived.
func (p pace) memory() int {
	if p.smears {
		return shortPaceMemory
	}
	return paceMemory
}

// usual returns the longest distance between steps with samples that is no gap: the
// median, or one more if that comes again, as it does where scrapes and steps are
// out of step; where samples smear, the longest that comes again. It is 1 if too
// little is known.
func (p pace) usual() int64 {
	n := len(p.intervals)
	if n < leastIntervals {
		return 1
	}
	sorted := slices.Sorted(slices.Values(p.intervals))
	if p.smears {
		return sorted[n-2]
	}
	usual := sorted[(n-1)/2]
	first, _ := slices.BinarySearch(sorted, usual+1)
	after, _ := slices.BinarySearch(sorted, usual+2)
	if after-first >= 2 {
		usual++
	}
	return usual
}

// due returns the number of the step in which the next sample is due; what comes
// before has no gap. What comes more rarely than the longest pace has gaps.
func (p pace) due(grid int64) int64 {
	if usual := p.usual(); usual*grid <= longestPace {
		return p.last + usual
	}
	return p.last + 1
}

// isDense reports whether some counter of a group was scraped at least twice as often
// as at an interval, so that such an interval without samples is a gap.
func isDense(shortest map[int]int64, group int, interval int64) bool {
	scraped, ok := shortest[group]
	return ok && 2*scraped <= interval
}

// shortestIntervals returns, by group, the shortest interval at which a counter was
// scraped after a time.
func shortestIntervals(t *counter.Tracker, after int64) map[int]int64 {
	shortest := map[int]int64{}
	for _, tr := range t.All() {
		length, ok := tr.Interval(after)
		if !ok || tr.Total == 0 {
			continue
		}
		if known, ok := shortest[tr.Group]; !ok || length < known {
			shortest[tr.Group] = length
		}
	}
	return shortest
}
