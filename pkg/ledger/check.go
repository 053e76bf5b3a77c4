package ledger

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"
)

// What is sealed is held against the server's own count: each day, once it is
// over, against one increase() over that day, and after a fill a few days chosen
// at random. The two differ by what increase() does not see, which the ledger
// knows, and by what it extrapolates. A day that differs by more is counted again
// from all of its samples; if that does not help, people are told. If it does,
// series live for too short a time to be at grid points, and all days are checked.
const (
	// chosenDays is how many days are checked after a fill.
	chosenDays = 2
	// fullDay is the share of a day that must have data for it to be checked.
	fullDay = 0.9
	// differencesKept is how many days that differ are kept.
	differencesKept = 5
)

// check is what was, and is to be, held against the server's count.
type check struct {
	// next is the end of the last day that was considered.
	next int64
	// days are those to check, by their start, and done those that were.
	days, done []int64
	// differences are those that nothing explains, the latest last.
	differences []Comparison
}

// choose plans a few days of a stretch that was sealed at once.
func (c *check) choose(first, last int64) {
	from, to := ceil(first, day), floor(last, day)
	c.next = max(c.next, to)
	if n := (to - from) / day; n > 0 {
		for _, i := range rand.Perm(int(n))[:min(chosenDays, n)] {
			c.days = append(c.days, from+int64(i)*day)
		}
	}
}

// plan adds the days that are over since it was last called.
func (c *check) plan(last int64) {
	if c.next == 0 {
		c.next = floor(last, day)
	}
	for ; c.next+day <= last; c.next += day {
		c.days = append(c.days, c.next)
	}
}

// sweep adds all days of a stretch that were not checked and are not to be, also
// those that have only just begun, or had when the stretch begins.
func (c *check) sweep(first, last int64) {
	for t := floor(last-1, day); t+day > first; t -= day {
		if !slices.Contains(c.days, t) && !slices.Contains(c.done, t) {
			c.days = append(c.days, t)
		}
	}
}

// checkDay checks the next of the days that are to be. Of one that is not known
// for the most part, increase() may be far off, so nobody is told.
func (l *Ledger) checkDay(ctx context.Context) error {
	var w window
	var sound, full bool
	if err := l.with(ctx, func(int64) {
		c := &l.upkeep.check
		c.plan(l.book.last)
		if len(c.days) == 0 {
			return
		}
		w = whole(max(c.days[0], l.book.first), min(c.days[0]+day, l.book.last))
		c.days, c.done = c.days[1:], append(c.done, c.days[0])
		sound, full = l.comparable(w)
	}); err != nil || !sound {
		return err
	}
	compared, err := l.compare(ctx, w)
	if err != nil {
		return err
	}
	found := false
	if !compared.Agrees() {
		was := compared
		if err := l.recountClosely(ctx, w); err != nil {
			return err
		}
		if compared, err = l.compare(ctx, w); err != nil {
			return err
		}
		found = compared.Agrees() && compared != was
	}
	return l.with(ctx, func(int64) {
		if found {
			l.upkeep.check.sweep(l.book.first, l.book.last)
		}
		if full {
			l.upkeep.check.note(compared)
		}
	})
}

// note keeps a comparison that does not agree, and forgets earlier ones of its day.
func (c *check) note(compared Comparison) {
	c.differences = slices.DeleteFunc(c.differences, func(d Comparison) bool { return d.From.Equal(compared.From) })
	if !compared.Agrees() {
		c.differences = append(c.differences, compared)
	}
	if n := len(c.differences); n > differencesKept {
		c.differences = slices.Clone(c.differences[n-differencesKept:])
	}
}

// notices tells of the days that differ.
func (c *check) notices() (all []string) {
	for _, d := range c.differences {
		all = append(all, d.String()+", and counting all samples again does not explain why")
	}
	return all
}

// comparable reports whether a window was sealed from answers that were whole,
// which is sound, and whether it is a full day, with data at both ends and for
// most of the time.
func (l *Ledger) comparable(w window) (sound, full bool) {
	if w.first >= w.last || w.first%l.step != 0 || w.last%l.step != 0 {
		return false, false
	}
	steps := l.book.stepsIn(w)
	n := 0
	for _, s := range steps {
		if s.has(partial | follows | downsampled) {
			return false, false
		}
		if s.has(covered) {
			n++
		}
	}
	ends := steps[0].has(covered) && steps[len(steps)-1].has(covered)
	return true, w.last-w.first == day && ends && float64(n) >= fullDay*float64(len(steps))
}

// compare holds a sealed window against the server's own count.
func (l *Ledger) compare(ctx context.Context, w window) (Comparison, error) {
	server, err := l.fetch.increase(ctx, w.first, w.last)
	if err != nil {
		return Comparison{}, err
	}
	c := Comparison{From: at(w.first), To: at(w.last), ServerBad: server.bad, ServerTotal: server.total}
	return c, l.with(ctx, func(int64) {
		if w.first >= l.book.first && w.last <= l.book.last {
			events, unseen := l.book.countedIn(w)
			c.Bad, c.Total, c.UnseenBad, c.UnseenTotal = events.bad, events.total, unseen.bad, unseen.total
		}
	})
}

// recountClosely counts a window again, of which all samples are looked at.
func (l *Ledger) recountClosely(ctx context.Context, w window) error {
	closely := l.series.anew()
	closely.closely = true
	sheets, err := l.countAgain(ctx, closely, w)
	if err != nil {
		return err
	}
	return l.with(ctx, func(now int64) {
		l.correct(w, sheets, now, "the server's own count of the day was another")
	})
}

// Verify holds what is sealed between two times against the server's own count,
// in pieces of a day that are cut to whole steps. It fills the ledger first. It is
// for people who ask; Maintain does the same for the days that are over.
func (l *Ledger) Verify(ctx context.Context, from, to time.Time) ([]Comparison, error) {
	if _, err := l.Fill(ctx, from, to); err != nil {
		return nil, err
	}
	var w window
	if err := l.with(ctx, func(int64) {
		w = whole(max(l.book.first, ceil(from.UnixMilli(), l.step)), min(l.book.last, floor(to.UnixMilli(), l.step)))
	}); err != nil {
		return nil, err
	}
	var all []Comparison
	for first := w.first; first < w.last; {
		last := min(w.last, max(first+l.step, floor(first+day, max(day, l.step))))
		c, err := l.compare(ctx, whole(first, last))
		if err != nil {
			return all, err
		}
		all, first = append(all, c), last
	}
	return all, nil
}

// Differences returns the days that differ from the server's own count without
// an explanation, the latest last.
func (l *Ledger) Differences(ctx context.Context) (all []Comparison, err error) {
	return all, l.with(ctx, func(int64) { all = slices.Clone(l.upkeep.check.differences) })
}
