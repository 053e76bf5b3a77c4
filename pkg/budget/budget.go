package budget

import (
	"math"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Budget is the error budget of one window. Its values are missing if the
// window had no events.
type Budget struct {
	// Total is the number of events that may be bad in the whole window.
	Total Value `json:"total"`
	// Consumed is bad events over Total. It can be more than 1.
	Consumed Value `json:"consumed"`
	// Remaining is 1 - Consumed. It can be less than 0.
	Remaining Value `json:"remaining"`
	// Estimated says that Total counts on events that are yet to come.
	Estimated bool `json:"estimated"`
}

// spent returns the budget of a window whose events are all known.
func spent(r Reading, target float64) Budget {
	b := Budget{Total: Allowance(r.Total, target), Consumed: r.burn(target)}
	b.Remaining = b.Consumed.less1()
	return b
}

// Consumed returns the share of the budget of the window in force that is
// consumed, missing where the state is no_data or anything of it rests on
// partial answers.
func Consumed(a Account, t Terms, now time.Time, o Options) Value {
	if !t.judges(now) {
		return Value{}
	}
	u := newOutlook(a, t, now, o)
	b := u.budget()
	if u.unknown(b) || u.unsettled() {
		return Value{}
	}
	return b.Consumed
}

// Allowance returns the number of events that may be bad among so many, missing
// if there are none or the target allows none.
func Allowance(total, target float64) Value {
	if !(total > 0) || target >= 1 {
		return Value{}
	}
	return Some(total * (1 - target))
}

// budget is that of the window in force. A calendar window that has only just
// begun is full even without events.
func (u *outlook) budget() Budget {
	start, end := u.terms.Window.At(u.now)
	r := read(u.account, start, u.now)
	if !u.terms.Window.Calendar {
		return spent(r, u.terms.Target)
	}
	if r.Total <= 0 && (!u.young(u.now) || silent(u.account, u.now)) {
		return Budget{}
	}
	total := u.read(start, end).Total
	b := spent(Reading{Bad: r.Bad, Total: total}, u.terms.Target)
	b.Estimated = end.After(u.fresh) && !u.counted(total, end.Sub(start))
	return b
}

// counted says that the total is every slice of the window, so that it is
// known before they have all been. Where slices without events are ignored
// their number is known only at the end.
func (u *outlook) counted(total float64, window time.Duration) bool {
	if !u.terms.sliced() || u.terms.Slices.Empty == slo.EmptyIgnored {
		return false
	}
	all := float64(window) / float64(u.terms.Slices.Length)
	return math.Abs(total-all) < 1e-6*all
}
