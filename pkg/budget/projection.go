package budget

import "time"

// Projection is a remaining budget that is drawn past now.
type Projection struct {
	Points []ProjectionPoint `json:"points"`
	// Resets are the starts of calendar windows within the points' range.
	Resets []time.Time `json:"resets"`
	// ExhaustsAt is the same as that of Status.
	ExhaustsAt *time.Time `json:"exhaustsAt"`
}

// ProjectionPoint is the budget at one time.
type ProjectionPoint struct {
	Time time.Time `json:"time"`
	// Remaining is the share that is left.
	Remaining Value `json:"remaining"`
	// Ideal is what a burn rate of 1 from the window's start would have
	// left. Rolling windows have no start to burn from, and no ideal.
	Ideal Value `json:"ideal"`
	// Projected says that the point lies after now.
	Projected bool `json:"projected"`
}

// Project gives the remaining budget at times in order, which may lie before
// and after now, as it was and as it will be if traffic follows the pattern of
// the week and the recent error ratio goes on.
func Project(a Account, t Terms, now time.Time, at []time.Time, o Options) Projection {
	var p Projection
	if !t.judges(now) {
		return p
	}
	u := newOutlook(a, t, now, o)
	p.ExhaustsAt = u.exhaustion()
	p.Resets = resets(t, at)
	for _, time := range at {
		p.Points = append(p.Points, u.point(time))
	}
	return p
}

func (u *outlook) point(t time.Time) ProjectionPoint {
	p := ProjectionPoint{Time: t, Projected: t.After(u.now)}
	if ordinary(t) {
		p.Remaining, p.Ideal = u.remaining(t), u.ideal(t)
	}
	return p
}

// ideal falls from 1 to 0 over a calendar window.
func (u *outlook) ideal(t time.Time) Value {
	if !u.terms.Window.Calendar {
		return Value{}
	}
	start, end := u.terms.Window.At(t)
	return quotient(float64(end.Sub(t)), float64(end.Sub(start)))
}

// resets are the calendar windows' starts from the first time to the last.
func resets(t Terms, at []time.Time) []time.Time {
	if !t.Window.Calendar || len(at) == 0 || !ordinary(at[0]) || !ordinary(at[len(at)-1]) {
		return nil
	}
	var starts []time.Time
	_, end := t.Window.At(at[0])
	for ; !end.After(at[len(at)-1]); _, end = t.Window.At(end.Add(1)) {
		starts = append(starts, end)
	}
	return starts
}
