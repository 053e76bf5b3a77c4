package forecast

import (
	"sync"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// Forecast describes what may come of a budget. It never changes.
type Forecast struct {
	// Moment from which it looks ahead, and up to which it does: the end of the
	// calendar window in force, or one window's length.
	Now, End time.Time
	Basis    Basis
	Chances  Chances
	Dates    Dates
	bands    bands
	// Chances of the SLI of the next window, which is simulated when it is asked for.
	next func() []outcome
}

// Chances holds the chance, 0 to 1, that the budget runs out: within a day, within
// a week, and by the end of the forecast, and always by then. They are missing
// where nothing is known.
type Chances struct{ Day, Week, Window budget.Value }

// Dates holds when the budget runs out with a chance of 10, 50 and 90 %; nil if not
// by the end of the forecast.
type Dates struct{ P10, P50, P90 *time.Time }

// Band holds the quantiles of the share of the budget that will be left at a time.
// They are missing where nothing is known.
type Band struct{ P10, P50, P90 budget.Value }

// New returns the forecast of an account at now. It is not known where there is too
// little data for a state.
func New(a budget.Account, t budget.Terms, now time.Time, o Options) *Forecast {
	return Of(budget.At(a, t, now, budget.Options{}), a, t, now, o)
}

// AsKnown returns the forecast of an account by what was known at a time: nothing later
// counts.
func AsKnown(a budget.Account, t budget.Terms, at time.Time, o Options) *Forecast {
	if a == nil {
		return New(nil, t, at, o)
	}
	return New(Until(a, at), t, at, o)
}

// Brief returns the forecast without the chances of the next window, which need the
// history.
func (f *Forecast) Brief() *Forecast {
	brief := *f
	brief.next = nil
	return &brief
}

// SoFar returns the forecast with a note that earlier history is being filled.
func (f *Forecast) SoFar() *Forecast {
	noted := *f
	noted.Basis.SoFar = true
	return &noted
}

// Of returns the forecast of an account that was evaluated at now.
func Of(e *budget.Evaluation, a budget.Account, t budget.Terms, now time.Time, o Options) *Forecast {
	if !e.Known() {
		return &Forecast{Now: now, End: now, Basis: unknown}
	}
	o = o.withDefaults()
	h := newHistory(a, e.Fresh(), cellOf(a, t, now), o.length(t, now))
	if h.coverage() == 0 {
		return &Forecast{Now: now, End: now, Basis: unknown}
	}
	f := newModel(a, t, h).forecast(newOutlook(a, t, now, h), o.Paths)
	f.Now = now
	if e.Budget().Remaining.Or(1) <= 0 {
		f.exhaust()
	}
	f.bands.pin(e.Budget().Remaining)
	f.next = sync.OnceValue(func() []outcome { return newModel(a, t, h).nextWindow(t, now, o.Paths) })
	return f
}

// cellOf returns the length of cells for an account.
func cellOf(a budget.Account, t budget.Terms, now time.Time) time.Duration {
	start, end := t.Window.At(now)
	return cellFor(end.Sub(start), a.Step())
}

// length returns how far back an account is looked at: at least a window.
func (o Options) length(t budget.Terms, now time.Time) time.Duration {
	start, end := t.Window.At(now)
	return max(o.History, end.Sub(start))
}

// Known reports whether anything is known.
func (f *Forecast) Known() bool { return f.Chances.Window.OK() }

// ChanceKept returns the chance that the next window is kept, for each target: the
// calendar window after the one in force, or the window's length from now on.
// A chance is missing where nothing is known, or the target leaves no budget.
func (f *Forecast) ChanceKept(targets []float64) []budget.Value {
	chances := make([]budget.Value, len(targets))
	if f.next == nil {
		return chances
	}
	outcomes := f.next()
	for i, target := range targets {
		if target >= 0 && target < 1 {
			chances[i] = chanceOf(outcomes, func(o outcome) bool { return o.bad <= (1-target)*o.total })
		}
	}
	return chances
}

// outcome holds the events of a window in one path.
type outcome struct{ bad, total float64 }

// chanceOf returns the share of paths in which something is so, never 0 nor 1.
func chanceOf(all []outcome, so func(outcome) bool) budget.Value {
	n := 0
	for _, o := range all {
		if so(o) {
			n++
		}
	}
	return chance(n, len(all))
}

// chance returns the chance of what came n times of all, never 0 nor 1.
func chance(n, all int) budget.Value {
	const half = 0.5
	return budget.Some((float64(n) + half) / (float64(all) + 2*half))
}
