package budget

import (
	"slices"
	"time"
)

// Overspend describes a time at which a rolling window had no budget left.
type Overspend struct {
	Start, End time.Time
	// Open reports that it goes on.
	Open bool
	// Moment of it at which most was consumed.
	At time.Time
	// Of the window that ended at that moment.
	Verdict
}

// touches reports whether it lies in (start, end] at least in part.
func (o Overspend) touches(start, end time.Time) bool {
	return o.Start.Before(end) && o.End.After(start)
}

// mergedShare is the share of a window by which two overspends are at least apart.
const mergedShare = 0.01

// Overspends returns the times from then to now at which a rolling window had no budget
// left, the latest first. Those with hardly a pause between them are one. Calendar
// windows have none: see ClosedWindows. targetAt gives the target in force at a time;
// nil means the terms' target always.
func (e *Evaluation) Overspends(from time.Time, targetAt func(time.Time) float64) []Overspend {
	first, ok := firstData(e.account)
	if !ok || e.terms.Window.Calendar || !inRange(from) {
		return nil
	}
	targetAt = e.orTarget(targetAt)
	var all []Overspend
	for start := later(from, first); start.Before(e.now); {
		target, end := targetAt(start), e.targetLasts(start, targetAt)
		all = append(all, e.overspendsOf(target, start, end)...)
		start = end
	}
	slices.Reverse(all)
	return all
}

// targetLasts returns the first midnight after a time at which another target is in
// force, or now.
func (e *Evaluation) targetLasts(from time.Time, targetAt func(time.Time) float64) time.Time {
	const day = 24 * time.Hour
	for t := floor(from, day).Add(day); t.Before(e.now); t = t.Add(day) {
		if targetAt(t) != targetAt(from) {
			return t
		}
	}
	return e.now
}

// overspendsOf returns the overspends in (from, to] by a target, the earliest first.
func (e *Evaluation) overspendsOf(target float64, from, to time.Time) []Overspend {
	terms := e.terms
	terms.Target = target
	if !terms.applyAt(e.now) {
		return nil
	}
	f := At(e.account, terms, e.now, e.options).forecastAt(Value{})
	var spans []timeSpan
	f.eachOverspent(from, to, func(s timeSpan) { spans = joinSpans(spans, s, f.mergedPause()) })
	all := make([]Overspend, len(spans))
	for i, s := range spans {
		at := f.worstMoment(s)
		start, _ := terms.Window.At(at)
		all[i] = Overspend{Start: s.from, End: s.to, Open: !s.to.Before(e.now), At: at, Verdict: e.Verdict(start, at, target)}
		all[i].Met = nil
		if all[i].Unknown == "" {
			all[i].Met = new(false)
		}
	}
	return all
}

// mergedPause returns the longest pause that does not end an overspend.
func (f *forecast) mergedPause() time.Duration {
	return time.Duration(mergedShare * float64(f.end.Sub(f.start)))
}

// timeSpan is the time from one moment to another.
type timeSpan struct{ from, to time.Time }

// joinSpans appends a span, or extends the last one if the pause between them is short.
func joinSpans(all []timeSpan, s timeSpan, pause time.Duration) []timeSpan {
	if n := len(all); n > 0 && s.from.Sub(all[n-1].to) <= pause {
		all[n-1].to = s.to
		return all
	}
	return append(all, s)
}

// eachOverspent yields the times in [from, to] at which no budget was left, in order.
func (f *forecast) eachOverspent(from, to time.Time, yield func(timeSpan)) {
	lower, upper := f.excess(from, to)
	switch {
	case upper < 0 || !from.Before(to):
	case lower > 0 && f.alwaysHasEvents(from, to):
		yield(timeSpan{from, to})
	case to.Sub(from) > f.grain:
		mid := f.middle(from, to)
		f.eachOverspent(from, mid, yield)
		f.eachOverspent(mid, to, yield)
	default:
		before, after := f.outOfBudget(from), f.outOfBudget(to)
		switch {
		case before && after:
			yield(timeSpan{from, to})
		case before:
			yield(timeSpan{from, f.edge(from, to)})
		case after:
			yield(timeSpan{f.edge(from, to), to})
		}
	}
}

// alwaysHasEvents reports whether every window that ends in [from, to] has events.
func (f *forecast) alwaysHasEvents(from, to time.Time) bool {
	start, _ := f.terms.Window.At(to)
	return read(f.account, start, from).Total > 0
}

// maxMoments bounds how many moments of an overspend are compared.
const maxMoments = 500

// worstMoment returns the moment of a span at which the greatest share of the budget was
// consumed.
func (f *forecast) worstMoment(s timeSpan) time.Time {
	worst, most := s.to, 0.
	stride := ceil(s.to.Sub(s.from)/maxMoments, stepOf(f.account))
	for t := s.to; !t.Before(s.from); t = floor(t.Add(-1), stride) {
		if r, budget := f.window(t); r.Bad > most*budget && budget > 0 {
			worst, most = t, r.Bad/budget
		}
	}
	return worst
}
