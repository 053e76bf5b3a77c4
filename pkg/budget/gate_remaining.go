package budget

import (
	"math"
	"time"
)

// gateReader reads what remains of a budget at moments, best in order: what it knows
// of one it uses at the next.
type gateReader struct {
	account Account
	terms   Terms
	options Options
	history weekHistory
	// Window that was in force last.
	start, end time.Time
	// The last answer.
	last struct {
		at               time.Time
		remaining, total Value
	}
}

// newGateReader returns the reader of an account, nil for none.
func newGateReader(a Account, t Terms) *gateReader {
	if a == nil {
		a = nothing{}
	}
	return &gateReader{account: a, terms: t, options: Options{}.withDefaults(), history: weekHistory{account: a, loc: t.location(Options{})}}
}

// windowAt returns the window in force at a time.
func (r *gateReader) windowAt(t time.Time) (start, end time.Time) {
	if !r.terms.Window.Calendar {
		return r.terms.Window.At(t)
	}
	if !t.After(r.start) || t.After(r.end) {
		r.start, r.end = r.terms.Window.At(t)
	}
	return r.start, r.end
}

// remainingAt returns the share of the budget that remains at a moment up to which the
// account is known, and the whole budget; both are missing where that is not reliable.
// They do not depend on what was read before.
func (r *gateReader) remainingAt(at time.Time) (remaining, total Value) {
	if !r.last.at.Equal(at) {
		r.last.at = at
		r.last.remaining, r.last.total = r.read(at)
	}
	return r.last.remaining, r.last.total
}

// read rounds what remains, so that how far the account goes back makes no difference.
func (r *gateReader) read(at time.Time) (remaining, total Value) {
	const digits = 1e9
	e := r.evaluation(at)
	if !e.reliable() {
		return Value{}, Value{}
	}
	b := e.Budget()
	return Some(math.Round(b.Remaining.v*digits) / digits), b.Total
}

func (r *gateReader) evaluation(at time.Time) *Evaluation {
	if r.account == (nothing{}) || !r.terms.applyAt(at) {
		return At(nil, r.terms, at, Options{})
	}
	start, end := r.windowAt(at)
	e := within(newGateView(r.account, r.terms, start, at), r.terms, at, r.options, start, end)
	e.history = &r.history
	return e
}
