package budget

import (
	"slices"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// State names the state of an SLO.
type State string

// The states, from the worst known to the best; StateNoData goes before all.
const (
	// StateNoData: there is too little data. The window had no events or impossible
	// counts, less than MinCoverage of the time since its first data was covered,
	// the data is older than MaxDataAge, or the recent data or more than
	// MaxProvisional of the window is provisional; or nothing is wrong in less than
	// MinSeen of the window.
	StateNoData State = "no_data"
	// StateExhausted: nothing remains.
	StateExhausted State = "exhausted"
	// StateBurning: an alert condition holds.
	StateBurning State = "burning"
	// StateAtRisk: the budget is projected to run out, or little remains, or so
	// little that a consequence of the policy applies.
	StateAtRisk State = "at_risk"
	// StateOK: none of the above.
	StateOK State = "ok"
)

const (
	// MinCoverage is the minimum share of the window since its first data that must
	// be covered.
	MinCoverage = 0.5
	// MinSeen is the minimum share of the window so far that must be covered before an
	// SLO in which nothing is wrong is ok. What is wrong counts from the start.
	MinSeen = 0.1
	// MaxProvisional is the maximum share of the window that may rest on partial
	// answers.
	MaxProvisional = 0.05
	// AtRiskRemaining is the share of the budget below which an SLO is at risk.
	AtRiskRemaining = 0.1
)

// State returns the state of the SLO.
func (e *Evaluation) State() State {
	remaining := e.Budget().Remaining
	switch {
	case !e.enough():
		return StateNoData
	case remaining.v <= 0:
		return StateExhausted
	case e.isBurning():
		return StateBurning
	case remaining.v < AtRiskRemaining || e.terms.isPolicyInForce(remaining.v) || e.ExhaustsAt() != nil:
		return StateAtRisk
	case !e.isSeen():
		return StateNoData
	default:
		return StateOK
	}
}

// isSeen reports whether enough of the window so far is known to call it healthy. A group,
// such as a pod, need not be older than it is.
func (e *Evaluation) isSeen() bool {
	return e.isGroup || e.terms.gapsAreBad() || e.isYoung() || e.freshEvents().Coverage >= MinSeen
}

// isPolicyInForce reports whether a consequence applies with that share of the
// budget left.
func (t Terms) isPolicyInForce(remaining float64) bool {
	return slices.ContainsFunc(t.Policy, func(c slo.Consequence) bool { return c.Applies(remaining) })
}

// enough reports whether there is enough data for a state.
func (e *Evaluation) enough() bool {
	return e.Budget().Remaining.ok && !e.isSilent() && e.hasCoverage() && !e.provisional()
}

// reliable reports whether there is enough data, and no part of the window rests
// on partial answers: what they leave out may be what an alert is about.
func (e *Evaluation) reliable() bool { return e.enough() && e.freshEvents().Provisional <= 0 }

// saysEnough reports whether the numbers of alert rules say something: they do not where
// the state is no_data, be it because too little is seen to call an SLO healthy.
func (e *Evaluation) saysEnough() bool {
	return e.reliable() && (e.isSeen() || e.State() != StateNoData)
}

// provisional reports whether too much of the window, or anything of late, rests
// on partial answers.
func (e *Evaluation) provisional() bool {
	return e.recentEvents().Provisional > 0 || e.freshEvents().Provisional > MaxProvisional
}

// isYoung reports whether the calendar window in force has only just begun.
func (e *Evaluation) isYoung() bool {
	return e.terms.Window.Calendar && e.now.Sub(e.start) <= maxDataAge(e.account)
}

// hasCoverage reports whether enough of the window since its first data is covered.
func (e *Evaluation) hasCoverage() bool {
	if e.terms.gapsAreBad() {
		return true
	}
	first, ok := firstData(e.account)
	if !ok {
		return false
	}
	from := e.start
	if e.isYoung() {
		from = e.fresh.Add(-maxDataAge(e.account))
	}
	if from = later(from, first); from.Equal(e.start) {
		return e.freshEvents().Coverage >= MinCoverage
	}
	return read(e.account, from, e.fresh).Coverage >= MinCoverage
}

// ConsumedForAlerts returns the share of the budget that is consumed, missing
// where the state is no_data or part of the window rests on partial answers.
func (e *Evaluation) ConsumedForAlerts() Value {
	if !e.saysEnough() {
		return Value{}
	}
	return e.Budget().Consumed
}
