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

// History returns the windows that closed by now, the latest first, as far back
// as the account had data. Rolling windows are laid end to end backwards from
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

// JustClosed returns the share of its budget that the newest closed window had
// consumed, if it closed less than a time ago, and 0 if none did: more than 1 is
// news of a missed window. Rolling windows never close, they only move on. It is
// missing if the account never had data, or too little in that window to judge
// it.
func JustClosed(a Account, t Terms, targetAt func(time.Time) float64, now time.Time, ago time.Duration, o Options) Value {
	first, ok := begin(a)
	if !ok || !t.judges(now) {
		return Value{}
	}
	if !t.Window.Calendar {
		return Some(0)
	}
	for c := range History(a, t, targetAt, now, o) {
		switch {
		case now.Sub(c.End) >= ago:
			return Some(0)
		case c.Provisional > 0:
			return Value{}
		case !t.countGaps() && read(a, later(c.Start, first), c.End).Coverage < MinCoverage:
			return Value{}
		}
		return c.Budget.Consumed
	}
	return Some(0)
}
