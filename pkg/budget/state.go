package budget

import "time"

// State is how an SLO stands, in one word.
type State string

// The states, from the worst known to the best; StateNoData goes before all.
const (
	// StateNoData: there is too little to say. The window had no events, or
	// less than MinCoverage of the time since the first data in it was
	// covered, or nothing came for the length of Silence, or what came then
	// or in more than MaxProvisional of the window is provisional.
	StateNoData State = "no_data"
	// StateExhausted: nothing remains.
	StateExhausted State = "exhausted"
	// StateBurning: an alert condition holds.
	StateBurning State = "burning"
	// StateAtRisk: the budget is projected to run out, or little remains.
	StateAtRisk State = "at_risk"
	// StateOK: none of the above.
	StateOK State = "ok"
)

const (
	// MinCoverage is the least share of the window since its first data
	// that must be covered.
	MinCoverage = 0.5
	// MaxProvisional is the largest share of the window that may rest on
	// partial answers.
	MaxProvisional = 0.05
	// LittleRemaining is the share of the budget below which an SLO is at
	// risk.
	LittleRemaining = 0.1
)

func (u *outlook) state(s *Status) State {
	switch {
	case u.unknown(s.Budget):
		return StateNoData
	case s.Budget.Remaining.v <= 0:
		return StateExhausted
	case anyFiring(s.Alerts):
		return StateBurning
	case s.Budget.Remaining.v < LittleRemaining || s.ExhaustsAt != nil:
		return StateAtRisk
	default:
		return StateOK
	}
}

// unknown says that there is too little data to say how the budget stands.
func (u *outlook) unknown(b Budget) bool {
	start, _ := u.terms.Window.At(u.now)
	return !b.Remaining.ok || silent(u.account, u.now) || u.sparse(start) || u.provisional(start)
}

// provisional reports whether too much of the window, or anything of late, rests
// on partial answers.
func (u *outlook) provisional(start time.Time) bool {
	lately := read(u.account, u.fresh.Add(-silence(u.account)), u.fresh)
	return lately.Provisional > 0 || read(u.account, start, u.fresh).Provisional > MaxProvisional
}

// unsettled reports whether anything of the window in force rests on partial answers.
// Alert numbers do not: what they leave out may be what the alert is about.
func (u *outlook) unsettled() bool {
	start, _ := u.terms.Window.At(u.now)
	return read(u.account, start, u.fresh).Provisional > 0
}

// sparse says that too little of the window is covered.
func (u *outlook) sparse(start time.Time) bool {
	if u.terms.countGaps() {
		return false
	}
	first, ok := begin(u.account)
	if !ok {
		return true
	}
	from := later(start, first)
	if u.young(u.now) {
		from = u.fresh.Add(-silence(u.account))
		from = later(from, first)
	}
	return read(u.account, from, u.fresh).Coverage < MinCoverage
}

func anyFiring(alerts []Alert) bool {
	for _, a := range alerts {
		if a.Firing() {
			return true
		}
	}
	return false
}
