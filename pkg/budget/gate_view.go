package budget

import (
	"sort"
	"time"
)

// gateMemory bounds how far before the window in force, and before the traffic that is
// read, the gate looks for data: what had data then has lost it since, and did not
// begin later.
const gateMemory = 7 * 24 * time.Hour

// gateView is an account as the gate sees it at a moment: it looks back as far
// however far the account goes.
type gateView struct {
	Account
	from, to time.Time
}

// newGateView returns an account as it is seen at a moment, in the window that began at
// start.
func newGateView(a Account, t Terms, start, at time.Time) Account {
	v := gateView{Account: a, from: floor(gateReachFrom(t.reachIn(start, at)), stepOf(a)), to: at}
	if s, ok := a.(Stepper); ok {
		return steppedView{v, s}
	}
	return v
}

// gateReachAt returns how far back the gate looks at a moment.
func (t Terms) gateReachAt(at time.Time) time.Time { return gateReachFrom(t.Reach(at)) }

// gateReachFrom returns how far back the gate looks if a status looks back to a time.
func gateReachFrom(reach time.Time) time.Time {
	// The traffic of earlier weeks is read by the hour.
	return reach.Add(-gateMemory - time.Hour)
}

// Since implements Account.
func (v gateView) Since() time.Time {
	since, step := v.Account.Since(), stepOf(v.Account)
	if since.IsZero() || since.After(v.from) {
		return since
	}
	hasData := func(n int) bool { return v.Account.Reading(v.from, v.from.Add(time.Duration(n+1)*step)).Coverage > 0 }
	if hasData(0) {
		return v.from.Add(step)
	}
	most := int(v.to.Sub(v.from)/step) + 1
	n := sort.Search(most, hasData)
	if n == most {
		return time.Time{}
	}
	return v.from.Add(time.Duration(n+1) * step)
}

// Events implements EventCounter.
func (v gateView) Events(from, to time.Time) (bad, total float64, ok bool) {
	c, ok := v.Account.(EventCounter)
	if !ok {
		return 0, 0, false
	}
	return c.Events(from, to)
}

// steppedView is the view of an account that walks its steps by itself.
type steppedView struct {
	gateView
	Stepper
}
