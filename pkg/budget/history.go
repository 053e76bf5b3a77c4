package budget

import (
	"iter"
	"time"
)

// Closed is a window that is over. It depends on nothing that came later.
type Closed struct {
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
	// Target is the one in force when the window opened.
	Target float64 `json:"target"`
	Reading
	SLI Value `json:"sli"`
	// Met says whether the SLI reached the target, nil if there is no
	// budget to judge by.
	Met    *bool  `json:"met"`
	Budget Budget `json:"budget"`
	// Worst is the worst incident of the window, nil if it had none.
	Worst *Incident `json:"worst"`
}

// History is the windows that closed by now, the latest first, as far back as
// the account had data. Rolling windows are laid end to end backwards from
// now. targetAt gives the target in force at a time; nil means t.Target always.
func History(a Account, t Terms, targetAt func(time.Time) float64, now time.Time, o Options) iter.Seq[Closed] {
	if targetAt == nil {
		targetAt = func(time.Time) float64 { return t.Target }
	}
	return func(yield func(Closed) bool) {
		first, ok := begin(a)
		if !ok || !t.judges(now) {
			return
		}
		start, end := t.Window.At(now)
		for ; end.After(first) && ordinary(start); start, end = t.Window.Before(start) {
			if end.After(now) {
				continue
			}
			if !yield(closed(a, start, end, targetAt(start), o)) {
				return
			}
		}
	}
}

func closed(a Account, start, end time.Time, target float64, o Options) Closed {
	r := read(a, start, end)
	c := Closed{Start: start, End: end, Target: target, Reading: r, SLI: r.sli(), Budget: spent(r, target)}
	if c.Budget.Total.ok {
		met := c.SLI.v >= target
		c.Met = &met
	}
	if found := Incidents(a, target, start, end, c.Budget.Total, o.Incidents); len(found) > 0 {
		c.Worst = &found[0]
	}
	return c
}
