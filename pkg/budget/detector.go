package budget

import (
	"math"
	"slices"
	"time"
)

// A detector finds incidents of any speed: runs of cells that burn faster than a level
// which is not far below them. From the threshold, the level rises until a run has no
// long pauses any more beside what burned: then it is a leak, or an outage. What stands
// out of it, such as an outage in a leak, is an incident of its own.
type detector struct {
	search
	// Interval that is searched.
	first, last time.Time
	cells
	// Events of all cells.
	all found
}

// found is a run with its events.
type found struct {
	run
	bad, total float64
}

// found returns a run with its events.
func (c cells) found(r run) found {
	bad, total := c.sum(r.first, r.end)
	return found{run: r, bad: bad, total: total}
}

// ratio returns the error ratio of the run.
func (f found) ratio() float64 { return f.bad / f.total }

const (
	// maxLevels bounds how many levels there are, each of which is apart times the one
	// below.
	maxLevels, apart = 100, 1.5
	// tight is how many times faster than its level a run burns at most.
	tight = 3
	// alike is by how much the burn rates or the lengths of runs may differ that are
	// not incidents of their own side by side.
	alike = 4
)

func (d *detector) find() []Incident {
	d.cells = newCells(d.a, d.first, d.last)
	d.dropUnfinished()
	d.all = d.found(run{0, len(d.bad)})
	least := d.threshold() * (1 - d.target)
	if _, highest := d.fastest(d.all.run); !(least > 0) || highest <= least {
		return nil
	}
	var all []Incident
	for _, f := range d.join(d.findIn(d.all.run, least, maxLevels)) {
		if i, ok := d.newIncident(f, least); ok {
			all = append(all, i)
		}
	}
	return all
}

// findIn returns the incidents of a range of cells that burn faster than a level, in
// order. At most so many levels follow.
func (d *detector) findIn(in run, level float64, levels int) []found {
	var all []found
	for _, f := range d.above(in, level, d.matters) {
		var parts []found
		if f.ratio() > tight*level && levels > 0 {
			parts = d.findIn(f.run, level*apart, levels-1)
		} else {
			parts = d.standouts(f, level)
		}
		if len(parts) == 0 {
			all = append(all, f)
			continue
		}
		all = append(all, d.fill(f.run, parts, level)...)
	}
	return all
}

// fill returns the incidents of a range together with what else burns faster than a
// level between them.
func (d *detector) fill(in run, parts []found, level float64) []found {
	var all []found
	from := in.first
	for _, f := range parts {
		all = append(append(all, d.above(run{from, f.first}, level, d.matters)...), f)
		from = f.end
	}
	return append(all, d.above(run{from, in.end}, level, d.matters)...)
}

// above returns the runs of a range of cells that burn faster than a level and are
// accepted.
func (d *detector) above(in run, level float64, accept func(found) bool) []found {
	var all []found
	for _, r := range maximalRuns(in.first, in.end, func(i int) float64 { return d.bad[i] - level*d.total[i] }) {
		if f := d.found(r); accept(f) {
			all = append(all, f)
		}
	}
	return all
}

// standouts returns what stands out of a run: it burns several times as fast as the rest,
// consumed a good part of the budget or of the run, and is not chance.
func (d *detector) standouts(whole found, level float64) []found {
	standsOut := func(f found) bool {
		rest := found{bad: max(whole.bad-f.bad, 0), total: whole.total - f.total}
		return f.ratio() >= alike*rest.ratio() && d.matters(f) &&
			f.bad >= min(whole.bad/10, 3*d.o.MinShare*d.budget.v) &&
			(!d.isRandom() || contrast(f, whole) > d.evidence(f, whole.length()))
	}
	_, highest := d.fastest(whole.run)
	var levels []float64
	for l := level * apart; l < highest && len(levels) < maxLevels; l *= apart {
		levels = append(levels, l)
	}
	var all []found
	for _, l := range slices.Backward(levels) {
		all = d.addAbove(all, whole.run, l, standsOut)
	}
	return all
}

// addAbove adds the runs that burn faster than a level to those that do so by far. What
// does not is looked for again: it may be longer at this level.
func (d *detector) addAbove(known []found, in run, level float64, accept func(found) bool) []found {
	var all, open []found
	from := in.first
	for _, f := range append(known, found{run: run{in.end, in.end}, bad: 1}) {
		if f.ratio() < tight*level {
			open = append(open, f)
			continue
		}
		all = append(all, d.replace(open, d.above(run{from, f.first}, level, accept))...)
		if f.length() > 0 {
			all = append(all, f)
		}
		open, from = nil, f.end
	}
	return all
}

// replace returns runs of a level, with those of the level above that are in none of
// them. Both are in order.
func (d *detector) replace(higher, lower []found) []found {
	all := slices.Clone(lower)
	for _, h := range higher {
		inside := func(l found) bool { return l.first <= h.first && h.end <= l.end }
		if !slices.ContainsFunc(lower, inside) {
			all = append(all, h)
		}
	}
	slices.SortFunc(all, func(a, b found) int { return a.first - b.first })
	return all
}

// threshold returns the burn rate that incidents exceed, by more than what rounding does
// to differences of large sums.
func (d *detector) threshold() float64 {
	const rounding = 1 + 1e-6
	if d.o.Threshold > 0 {
		return d.o.Threshold * rounding
	}
	usual := d.usualRatio() / (1 - d.target)
	return min(max(2*usual, leastThreshold), mostThreshold) * rounding
}

// dropUnfinished takes no notice of bad events in a step that is cut short by the end of
// the account, unless the same time before it has them too: it may lack the last scrape
// of one of two counters.
func (d *detector) dropUnfinished() {
	n := len(d.bad)
	if n == 0 || d.end(n-1).Sub(d.start(n-1)) >= stepOf(d.a) {
		return
	}
	whole := read(d.a, d.last.Add(-stepOf(d.a)), d.last)
	if ratio := whole.Bad / whole.Total; !(whole.Total > 0) || ratio*d.total[n-1] < d.bad[n-1] && ratio <= mostThreshold*(1-d.target) {
		d.bad[n-1] = 0
	}
}

// matters reports whether a run consumed enough, and not by chance: it has more bad
// events than the rest of the time, or than the target allows.
func (d *detector) matters(f found) bool {
	if f.bad < d.o.MinShare*d.budget.v {
		return false
	}
	evidence := d.evidence(f, len(d.bad))
	return !d.isRandom() || contrast(f, d.all) > evidence || f.isMoreThan(1-d.target, evidence)
}

// isRandom reports whether runs may be chance.
func (d *detector) isRandom() bool { return d.random && d.o.MinShare >= 0 }

// evidence returns how strong the evidence for a run must be that was found among so many
// cells.
func (d *detector) evidence(f found, searched int) float64 {
	return improbable + math.Log(float64(searched)/float64(f.length()))
}

// join makes one of runs with hardly a pause between them, unless one of them is a leak
// around an outage.
func (d *detector) join(all []found) []found {
	var joined []found
	for _, f := range all {
		if n := len(joined); n > 0 && d.belongTogether(joined[n-1], f) {
			joined[n-1] = d.found(run{joined[n-1].first, f.end})
			continue
		}
		joined = append(joined, f)
	}
	return joined
}

func (d *detector) belongTogether(a, b found) bool {
	if d.start(b.first).Sub(d.end(a.end-1)) > d.o.Gap {
		return false
	}
	high, low := a, b
	if low.ratio() > high.ratio() {
		high, low = low, high
	}
	return high.ratio() <= alike*low.ratio() || low.bad <= high.bad && low.length() <= alike*high.length()
}

// newIncident returns the incident of a run, false if the steps around it take back too
// much of it.
func (d *detector) newIncident(f found, least float64) (Incident, bool) {
	i := Incident{Start: d.start(f.first), End: d.end(f.end - 1), Kind: SlowIncident}
	i.Start, i.End = d.trimToSteps(i.Start, i.End, least)
	if f.ratio() > d.fastRatio() {
		i.Kind = FastIncident
	}
	i.Bad = d.netBad(i.Start, i.End)
	i.Share = quotient(i.Bad, d.budget.v)
	i.Peak = d.peak(f)
	return i, i.Share.ok && i.Share.v >= d.o.MinShare
}

// fastRatio returns the error ratio above which an incident is fast.
func (d *detector) fastRatio() float64 {
	const share, hours = 0.05, 6
	return max(1, share*d.window.Hours()/hours) * (1 - d.target)
}

// trimToSteps moves the ends of a run of long cells to the first and the last step in
// them that burn.
func (d *detector) trimToSteps(from, to time.Time, least float64) (start, end time.Time) {
	step := stepOf(d.a)
	burns := func(from, to time.Time) bool {
		r := read(d.a, from, to)
		return r.Bad > least*r.Total
	}
	for start, end = from, to; d.cells.length > step && end.Sub(start) > step; {
		next := earlier(end, floor(start, step).Add(step))
		if burns(start, next) || next.Sub(from) >= d.cells.length {
			break
		}
		start = next
	}
	for d.cells.length > step && end.Sub(start) > step {
		before := floor(end.Add(-1), step)
		if burns(before, end) || to.Sub(before) >= d.cells.length {
			break
		}
		end = before
	}
	return start, end
}

// peak returns the burn rate of the fastest cell of a run, or of its fastest step where
// cells are longer.
func (d *detector) peak(f found) Value {
	fastest, highest := d.fastest(f.run)
	peak := Some(highest / (1 - d.target))
	step := stepOf(d.a)
	for from := d.start(fastest); d.cells.length > step && from.Before(d.end(fastest)); {
		to := earlier(d.end(fastest), floor(from, step).Add(step))
		if burn := read(d.a, from, to).burn(d.target); burn.ok && burn.v > peak.v {
			peak = burn
		}
		from = to
	}
	return peak
}

// netBad returns the bad events of a run, without those that the steps around it
// take back: where good and total are scraped apart, their difference is too large
// at one moment and too small at another.
func (d *detector) netBad(from, to time.Time) float64 {
	step := stepOf(d.a)
	net := d.a.Reading(from, to).Bad
	if !Some(net).ok {
		return read(d.a, from, to).Bad
	}
	before, after := 0., 0.
	for distance := step; distance <= max(d.o.Gap, step); distance += step {
		if start := floor(from, step).Add(-distance); !start.Before(d.first) {
			before = min(before, d.a.Reading(start, from).Bad)
		}
		if end := floor(to, step).Add(distance); !end.After(d.last) {
			after = min(after, d.a.Reading(to, end).Bad)
		}
	}
	return max(net+before+after, 0)
}
