package budget

import "time"

// At is the error budget of the window in force at now. It is the budget that
// Evaluate gives.
func At(a Account, t Terms, now time.Time, o Options) Budget {
	if !t.judges(now) {
		return Budget{}
	}
	return newOutlook(a, t, now, o).budget()
}

// Between finds the incidents in (from, to], worst first, with their shares of
// the budget of the window in force at now.
func Between(a Account, t Terms, now, from, to time.Time, o Options) []Incident {
	total := At(a, t, now, o).Total
	found := Incidents(a, t.Target, from, to, total, o.Incidents)
	markOpen(found, freshest(a, now), o.withDefaults().Incidents.Gap)
	return found
}

// Length is the time from the incident's start to its end.
func (i Incident) Length() time.Duration { return i.End.Sub(i.Start) }

// ReachSince is how far back an account should go so that the budget is known
// at every time between from and now: Reach, and the window in force at from.
func ReachSince(t Terms, from, now time.Time) time.Time {
	reach := Reach(t, now)
	if !t.judges(from) {
		return reach
	}
	start, _ := t.Window.At(from)
	return earlier(reach, start)
}

// Horizon is up to when a projection from now says something: the end of the
// calendar window in force, or half a rolling window ahead.
func Horizon(t Terms, now time.Time) time.Time {
	if !t.judges(now) {
		return now
	}
	start, end := t.Window.At(now)
	if t.Window.Calendar {
		return end
	}
	return now.Add(end.Sub(start) / 2)
}

// Covered is the share of the window in force, from its first data to now, for
// which there was data; ok is false if there was none.
func Covered(a Account, t Terms, now time.Time) (coverage float64, ok bool) {
	first, any := begin(a)
	if !t.judges(now) || !any || !first.Before(now) {
		return 0, false
	}
	start, _ := t.Window.At(now)
	coverage = read(a, later(start, first), freshest(a, now)).Coverage
	return coverage, coverage > 0
}
