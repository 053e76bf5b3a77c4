package budget

import (
	"slices"
	"time"
)

// Tally counts windows by whether they were kept.
type Tally struct {
	Kept, Missed int
	// Unknown counts the windows of which that is not known.
	Unknown int
}

// maxTally bounds the windows that are counted.
const maxTally = 10_000

// Tally returns how many of the windows that ended in (from, now] were kept: calendar
// windows that closed, or whole lengths of a rolling one, laid end to end up to now,
// that are kept unless at some time in them no budget was left. targetAt gives the
// target in force at a time; nil means the terms' target always.
func (e *Evaluation) Tally(from time.Time, targetAt func(time.Time) float64) Tally {
	var t Tally
	first, ok := firstData(e.account)
	if !ok || !inRange(from) {
		return t
	}
	from = later(from, first)
	if !e.terms.Window.Calendar {
		return e.rollingTally(from, targetAt)
	}
	targetAt = e.orTarget(targetAt)
	for start, end := range e.closedSpans(from, e.now) {
		if t.all() >= maxTally {
			break
		}
		met, _ := e.met(read(e.account, start, end), targetAt(start))
		t.add(met)
	}
	return t
}

func (e *Evaluation) rollingTally(from time.Time, targetAt func(time.Time) float64) Tally {
	var t Tally
	overspends := e.Overspends(from, targetAt)
	end, period := e.now, e.terms.Window.Period
	for n := 1; n <= maxTally; n++ {
		start := period.Add(e.now.UTC(), -n)
		if start.Before(from) {
			break
		}
		t.add(e.metThroughout(start, end, overspends))
		end = start
	}
	return t
}

// metThroughout returns whether no overspend touches a time, nil if that is not known.
func (e *Evaluation) metThroughout(start, end time.Time, overspends []Overspend) *bool {
	switch missed := func(o Overspend) bool { return o.Met != nil && o.touches(start, end) }; {
	case slices.ContainsFunc(overspends, missed):
		return new(false)
	case e.isUnsure(start, end, overspends):
		return nil
	default:
		return new(true)
	}
}

func (t *Tally) add(met *bool) {
	switch {
	case met == nil:
		t.Unknown++
	case *met:
		t.Kept++
	default:
		t.Missed++
	}
}

func (t Tally) all() int { return t.Kept + t.Missed + t.Unknown }
