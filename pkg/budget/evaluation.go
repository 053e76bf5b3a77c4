package budget

import "time"

// Evaluation answers questions about an account at one moment. It computes each
// answer when it is first asked for, and once. An Evaluation is for one
// goroutine.
type Evaluation struct {
	account Account
	terms   Terms
	options Options
	now     time.Time
	// Moment up to which the account is known.
	fresh time.Time
	// Window in force, zero without terms to apply.
	start, end time.Time
	// Since when the account has all that the server has.
	completeFrom time.Time
	// Whether the account is that of one of several groups.
	isGroup bool
	// The traffic of earlier weeks, if it is known from an earlier moment.
	history *weekHistory

	events, fresher memo[Reading]
	recent          memo[Reading]
	budget          memo[Budget]
	alerts          memo[[]Alert]
	incidents       memo[[]Incident]
	future          memo[*forecast]
	traffic         memo[*traffic]
	exhaustsAt      memo[*time.Time]
}

// At returns the evaluation of an account at now. Without an account, or with
// terms that leave no budget, such as a target of 1, there is no data.
func At(a Account, t Terms, now time.Time, o Options) *Evaluation {
	if a == nil || !t.applyAt(now) {
		return within(nothing{}, Terms{}, now, o, time.Time{}, time.Time{})
	}
	start, end := t.Window.At(now)
	return within(a, t, now, o, start, end)
}

// within returns the evaluation of an account at now, in the window from start to end.
func within(a Account, t Terms, now time.Time, o Options, start, end time.Time) *Evaluation {
	return &Evaluation{account: a, terms: t, now: now, options: o.withDefaults(), start: start, end: end, fresh: freshest(a, now)}
}

// Window returns the window in force. A rolling window ends at the moment of the
// evaluation.
func (e *Evaluation) Window() (start, end time.Time) { return e.start, e.end }

// Location returns the time zone in which the window's days begin.
func (e *Evaluation) Location() *time.Location { return e.terms.location(e.options) }

// Events returns the events of the window so far.
func (e *Evaluation) Events() Reading {
	return e.events.get(func() Reading { return read(e.account, e.start, e.now) })
}

// freshEvents returns the events of the window up to the moment to which the
// account is known.
func (e *Evaluation) freshEvents() Reading {
	if e.fresh.Equal(e.now) {
		return e.Events()
	}
	return e.fresher.get(func() Reading { return read(e.account, e.start, e.fresh) })
}

// SLI returns the share of good events of the window so far.
func (e *Evaluation) SLI() Value { return e.Events().sli() }

// YesterdaySLI returns the share of good events of the last full day, midnight to
// midnight where the window's days begin.
func (e *Evaluation) YesterdaySLI() Value {
	today := midnight(e.now.In(e.Location()), 0)
	return read(e.account, midnight(today, -1), today).sli()
}

// BackgroundShare returns the share of the budget that was consumed outside
// incidents.
func (e *Evaluation) BackgroundShare() Value { return background(e.Budget().Consumed, e.Incidents()) }

// memo keeps a value that is computed once.
type memo[T any] struct {
	value T
	known bool
}

func (m *memo[T]) get(compute func() T) T {
	if !m.known {
		m.value, m.known = compute(), true
	}
	return m.value
}
