package budget

import "time"

// Left describes what remains of the budget in force, in the terms of those who
// spend it. Its values are below 0 once more than all is consumed, and missing where
// the budget is.
type Left struct {
	// Number of events that may still be bad.
	Events Value
	// Minutes that a full outage may still last, at the traffic that is expected from
	// now on; never longer than the window. Missing where no traffic is expected.
	Minutes Value
}

// Left returns what remains of the budget in events and in minutes of full outage.
func (e *Evaluation) Left() Left {
	b := e.Budget()
	if !b.Remaining.ok || !b.Total.ok {
		return Left{}
	}
	events := Some(b.Total.v - e.Events().Bad)
	if !events.ok {
		return Left{}
	}
	return Left{Events: events, Minutes: e.outageOf(events.v)}
}

// outageOf returns the minutes of a full outage that has so many bad events: one that
// begins now or, for a negative number, one that ends now.
func (e *Evaluation) outageOf(events float64) Value {
	expected, window := e.traffic.get(e.expectedTraffic), e.end.Sub(e.start)
	if !(expected.until[hoursOfWeek] > 0) {
		return Value{}
	}
	lasting := func(d time.Duration) float64 { return expected.between(e.fresh, e.fresh.Add(d)) }
	if events < 0 {
		lasting = func(d time.Duration) float64 { return expected.between(e.fresh.Add(-d), e.fresh) }
	}
	outage := longest(window, func(d time.Duration) bool { return lasting(d) <= max(events, -events) })
	if events < 0 {
		outage = -outage
	}
	return Some(outage.Minutes())
}

// longest returns the longest duration up to most that fits, to the second. Whatever is
// shorter than one that fits fits too.
func longest(most time.Duration, fits func(time.Duration) bool) time.Duration {
	if fits(most) {
		return most
	}
	shorter, longer := time.Duration(0), most
	for longer-shorter > time.Second {
		if mid := shorter + (longer-shorter)/2; fits(mid) {
			shorter = mid
		} else {
			longer = mid
		}
	}
	return shorter
}
