package budget

import (
	"math"
	"time"
)

// Budget describes the error budget of one window. Its values are missing if the
// window had no events, or impossible counts.
type Budget struct {
	// Number of events that may be bad in the whole window.
	Total Value
	// Bad events over Total; can be more than 1.
	Consumed Value
	// 1 - Consumed; can be less than 0.
	Remaining Value
	// Estimated reports whether Total counts on events that are yet to come.
	Estimated bool
}

// Allowance returns the number of events among total that may be bad, missing if
// there are none or the target allows none.
func Allowance(total, target float64) Value {
	if !(total > 0) || target >= 1 {
		return Value{}
	}
	return Some(total * (1 - target))
}

// budgetOf returns the budget of a window whose events are all known.
func budgetOf(r Reading, target float64) Budget {
	if r.impossible != consistent {
		return Budget{}
	}
	b := Budget{Total: Allowance(r.Total, target), Consumed: r.burn(target)}
	b.Remaining = b.Consumed.complement()
	return b
}

// Budget returns the error budget of the window in force. A calendar window that
// has only just begun has all of its budget even without events.
func (e *Evaluation) Budget() Budget { return e.budget.get(e.newBudget) }

func (e *Evaluation) newBudget() Budget {
	r := e.Events()
	if !e.terms.Window.Calendar || r.impossible != consistent {
		return budgetOf(r, e.terms.Target)
	}
	if r.Total <= 0 && (!e.isYoung() || e.isSilent()) {
		return Budget{}
	}
	total := e.windowTotal()
	b := budgetOf(Reading{Bad: r.Bad, Total: total}, e.terms.Target)
	b.Estimated = e.end.After(e.fresh) && !e.terms.allSlices(total, e.end.Sub(e.start))
	return b
}

// allSlices reports whether the total is every slice of a window, so that it is
// known before they have all been.
func (t Terms) allSlices(total float64, window time.Duration) bool {
	if !t.CountsEachSlice() {
		return false
	}
	all := float64(window) / float64(t.Slices.Length)
	return math.Abs(total-all) < 1e-6*all
}
