package budget

import "time"

// Projection describes a remaining budget that is drawn past now.
type Projection struct {
	Points []ProjectionPoint
	// Starts of calendar windows within the points' range.
	Resets []time.Time
	// When the budget runs out or did, nil if it does not.
	ExhaustsAt *time.Time
}

// ProjectionPoint describes the budget at one time.
type ProjectionPoint struct {
	Time time.Time
	// Share that is left.
	Remaining Value
	// Share that a burn rate of 1 from the window's start would have left. Rolling
	// windows have no start to burn from, and no ideal.
	Ideal Value
	// Projected reports whether the point lies after now.
	Projected bool
}

// Project returns the remaining budget at times in order, which may lie before
// and after now, as it was and as it will be if traffic follows the pattern of
// the week and the recent error ratio goes on.
func (e *Evaluation) Project(at []time.Time) Projection {
	if e.start.IsZero() {
		return Projection{}
	}
	p := Projection{ExhaustsAt: e.ExhaustsAt(), Resets: e.terms.resets(at)}
	for _, t := range at {
		p.Points = append(p.Points, e.forecast().point(t))
	}
	return p
}

func (f *forecast) point(t time.Time) ProjectionPoint {
	p := ProjectionPoint{Time: t, Projected: t.After(f.now)}
	if inRange(t) {
		p.Remaining, p.Ideal = f.remaining(t), f.ideal(t)
	}
	return p
}

// ideal returns what a burn rate of 1 would leave: it falls from 1 to 0 over a
// calendar window.
func (f *forecast) ideal(t time.Time) Value {
	if !f.terms.Window.Calendar {
		return Value{}
	}
	start, end := f.terms.Window.At(t)
	return quotient(float64(end.Sub(t)), float64(end.Sub(start)))
}

// resets returns the starts of calendar windows from the first time to the last.
func (t Terms) resets(at []time.Time) []time.Time {
	if !t.Window.Calendar || len(at) == 0 || !inRange(at[0]) || !inRange(at[len(at)-1]) {
		return nil
	}
	var starts []time.Time
	_, end := t.Window.At(at[0])
	for ; !end.After(at[len(at)-1]); _, end = t.Window.At(end.Add(1)) {
		starts = append(starts, end)
	}
	return starts
}
