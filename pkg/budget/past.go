package budget

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// PastWindow describes a calendar window that has closed, or a day of the windows
// that rolled through it. Whether it was kept depends on the target.
type PastWindow struct {
	// Start and End enclose the calendar window, or the day.
	Start, End time.Time
	// Reading counts the events of the calendar window, or of the rolling window that
	// ended in the day with the greatest share of bad events.
	Reading Reading
	// Known reports whether there was enough data: at least half of the window was
	// covered and had events with possible counts; of a day, that this holds of at
	// least half of the windows that ended in it.
	Known bool
}

// Kept reports whether the window reached a target; of a day, whether every window
// that ended in it did. It means nothing unless the window is known.
func (w PastWindow) Kept(target float64) bool {
	sli, ok := w.Reading.SLI()
	return ok && sli >= target
}

// Consumption returns the share of the budget that was consumed, of a day the greatest,
// missing unless the window is known.
func (w PastWindow) Consumption(target float64) Value {
	if !w.Known {
		return Value{}
	}
	return w.Reading.burn(target)
}

// Windows returns the windows of the history, the oldest first: those of the
// calendar that have closed, or the days through which windows rolled, with today
// so far.
func (r *Replay) Windows() []PastWindow {
	return r.past.get(func() []PastWindow {
		if len(r.k.at) < 2 {
			return nil
		}
		if r.e.terms.Window.Calendar {
			return r.closedWindows()
		}
		return r.days()
	})
}

// closedWindows returns the calendar windows that closed.
func (r *Replay) closedWindows() []PastWindow {
	var all []PastWindow
	for start, end := range r.e.closedSpans(r.from, r.e.fresh) {
		w := PastWindow{Start: start, End: end, Reading: read(r.k, start, end)}
		w.Known = r.knows(w.Reading, start, end)
		all = append(all, w)
	}
	slices.Reverse(all)
	return all
}

// days returns the days of a rolling window in the history, from when half of a window
// had passed since the first data.
func (r *Replay) days() []PastWindow {
	var all []PastWindow
	start, end := r.e.terms.Window.At(r.k.last)
	i := r.indexAfter(later(r.from, r.since.Add(end.Sub(start)/2)).Add(1))
	for i < len(r.k.at) {
		var w PastWindow
		w, i = r.day(i)
		all = append(all, w)
	}
	return all
}

// indexAfter returns the index of the first knot that is not before a time.
func (r *Replay) indexAfter(t time.Time) int {
	return max(1, int(math.Ceil(float64(t.Sub(r.k.first))/float64(r.k.step))))
}

// day returns the day of the i-th knot, and the index of the first knot after it.
func (r *Replay) day(i int) (w PastWindow, next int) {
	w.Start, w.End = r.dayOf(r.k.time(i))
	known, worst := 0, -1.
	for next = i; next < len(r.k.at) && !r.k.time(next).After(w.End); next++ {
		start, end := r.e.terms.Window.At(r.k.time(next))
		reading := read(r.k, start, end)
		if !r.knows(reading, start, end) {
			continue
		}
		known++
		if ratio := reading.Bad / reading.Total; ratio > worst {
			worst, w.Reading = ratio, reading
		}
	}
	w.Known = known > 0 && 2*known >= next-i
	return w, next
}

// dayOf returns the day (start, end] that a time lies in.
func (r *Replay) dayOf(t time.Time) (start, end time.Time) {
	t = t.Add(-1).In(r.e.Location())
	return midnight(t, 0), midnight(t, 1)
}

// knows reports whether there is enough data of a window, half of which must have passed
// since the first data.
func (r *Replay) knows(reading Reading, start, end time.Time) bool {
	reached := float64(end.Sub(later(start, r.since))) / float64(end.Sub(start))
	return reached >= MinCoverage && r.e.terms.unknown(reading) == ""
}

// HighestKept returns the highest target that at least a share of the known windows
// reached, 1 if nothing was bad in them. It is missing without known windows.
func (r *Replay) HighestKept(share float64) Value {
	var slis []float64
	for _, w := range r.Windows() {
		if sli, ok := w.Reading.SLI(); ok && w.Known {
			slis = append(slis, sli)
		}
	}
	if len(slis) == 0 {
		return Value{}
	}
	slices.SortFunc(slis, func(a, b float64) int { return cmp.Compare(b, a) })
	const rounding = 1e-9
	n := int(math.Ceil(share*float64(len(slis)) - rounding))
	return Some(slis[min(max(n, 1), len(slis))-1])
}

// Record counts how a target would have done in the windows of the history.
type Record struct {
	Kept, Missed, Unknown int
	// Worst and Median are shares of the budget that the known windows consumed.
	Worst, Median Value
}

// KeptShare returns the share of the known windows that were kept.
func (r Record) KeptShare() Value { return quotient(float64(r.Kept), float64(r.Kept+r.Missed)) }

// Record returns how a target would have done.
func (r *Replay) Record(target float64) Record {
	var record Record
	var consumed []float64
	for _, w := range r.Windows() {
		switch {
		case !w.Known:
			record.Unknown++
			continue
		case w.Kept(target):
			record.Kept++
		default:
			record.Missed++
		}
		if v, ok := w.Consumption(target).Get(); ok {
			consumed = append(consumed, v)
		}
	}
	if len(consumed) > 0 {
		slices.Sort(consumed)
		n := len(consumed)
		record.Worst, record.Median = Some(consumed[n-1]), Some((consumed[(n-1)/2]+consumed[n/2])/2)
	}
	return record
}
