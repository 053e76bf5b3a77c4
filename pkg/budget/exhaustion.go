package budget

import (
	"math"
	"time"
)

// HoursToExhaustion returns in how many hours the budget runs out, +Inf if that is not in
// sight. Once it has run out it is zero, or less by the hours since. ok is false where
// the state is no_data or part of the window rests on partial answers.
func (e *Evaluation) HoursToExhaustion() (hours float64, ok bool) {
	if !e.saysEnough() {
		return 0, false
	}
	at := e.ExhaustsAt()
	if at == nil {
		return math.Inf(1), true
	}
	hours = at.Sub(e.now).Hours()
	if e.Budget().Remaining.v <= 0 {
		hours = min(hours, 0)
	}
	return hours, true
}

// ExhaustsAt returns the first time after now at which bad events reach the
// budget: at the burn rate that goes on while an alert condition holds (see
// OngoingBurn), otherwise by the forecast of the options, or if the errors of late go on
// without one. It is nil if they do not before the window's end (rolling: within one
// window's length). If the budget is already exhausted, it returns the time it ran out:
// in a calendar window the moment the budget was reached; in a rolling one the last
// moment it was crossed, by what the account has. Where the account does not reach a
// window further back than that moment, the moment is an estimate.
//
// The search bisects, skipping intervals that the bounds on running sums rule out,
// down to the grain.
func (e *Evaluation) ExhaustsAt() *time.Time {
	return e.exhaustsAt.get(func() *time.Time {
		if e.Events().impossible != consistent {
			return nil
		}
		if !e.OngoingBurn().ok && !e.isExhausted() {
			if at, ok := e.runsOut(); ok {
				return at
			}
		}
		return e.forecast().exhaustion()
	})
}

// exhaustion returns when the budget of the window in force runs out.
func (f *forecast) exhaustion() *time.Time {
	if f.outOfBudget(f.now) {
		return f.exhaustedSince()
	}
	end := f.end
	if !f.ratio.ok || f.ratio.v <= 0 && f.terms.Window.Calendar {
		return nil
	}
	if !f.terms.Window.Calendar {
		end = f.now.Add(f.now.Sub(f.start))
	}
	if at, ok := f.firstCrossing(f.now, end); ok {
		return &at
	}
	return nil
}

// exhaustedSince returns when the exhausted budget was last crossed.
func (f *forecast) exhaustedSince() *time.Time {
	start := f.start.Add(1) // a window begins just after its start
	if !f.terms.Window.Calendar {
		first, ok := firstData(f.account)
		if !ok || !first.Before(f.now) {
			return &f.now
		}
		start = first
	}
	if at, ok := f.lastCrossing(start, f.now); ok {
		return &at
	}
	return &f.now
}

// firstCrossing returns the first exhausted moment in (from, to].
func (f *forecast) firstCrossing(from, to time.Time) (time.Time, bool) {
	if _, upper := f.excess(from, to); upper < 0 {
		return time.Time{}, false
	}
	if to.Sub(from) <= f.grain {
		if !f.outOfBudget(to) {
			return time.Time{}, false
		}
		return f.edge(from, to), true
	}
	mid := f.middle(from, to)
	if at, ok := f.firstCrossing(from, mid); ok {
		return at, true
	}
	return f.firstCrossing(mid, to)
}

// lastCrossing returns the end of the last moment in [from, to) that was not
// exhausted, given that to is.
func (f *forecast) lastCrossing(from, to time.Time) (time.Time, bool) {
	if lower, _ := f.excess(from, to); lower > 0 {
		return time.Time{}, false
	}
	if to.Sub(from) <= f.grain {
		if f.outOfBudget(from) {
			return time.Time{}, false
		}
		return f.edge(from, to), true
	}
	mid := f.middle(from, to)
	if !f.outOfBudget(mid) {
		return f.lastCrossing(mid, to)
	}
	if at, ok := f.lastCrossing(mid, to); ok {
		return at, true
	}
	return f.lastCrossing(from, mid)
}

// excess bounds the bad events over the budget at every moment of [from, to],
// which lies in one calendar window.
func (f *forecast) excess(from, to time.Time) (lower, upper float64) {
	start, _ := f.terms.Window.At(from)
	if f.terms.Window.Calendar {
		start, end := f.terms.Window.At(to)
		budget := f.read(start, end).Total * f.terms.allowance()
		return f.read(start, from).Bad - budget, f.read(start, to).Bad - budget
	}
	lastStart, _ := f.terms.Window.At(to)
	outer, inner := f.read(start, to), f.read(lastStart, from)
	return inner.Bad - outer.Total*f.terms.allowance(), outer.Bad - inner.Total*f.terms.allowance()
}

// middle returns a knot strictly inside an interval longer than a step.
func (f *forecast) middle(from, to time.Time) time.Time {
	step := stepOf(f.account)
	mid := floor(from.Add(to.Sub(from)/2), step)
	if !mid.After(from) {
		mid = mid.Add(step)
	}
	return mid
}

// edge returns where, between a moment that is exhausted and one that is not, the
// budget runs out or comes back, to the millisecond.
func (f *forecast) edge(from, to time.Time) time.Time {
	for exhausted := f.outOfBudget(to); to.Sub(from) > time.Millisecond; {
		mid := from.Add(to.Sub(from) / 2)
		if f.outOfBudget(mid) == exhausted {
			to = mid
		} else {
			from = mid
		}
	}
	return to
}
