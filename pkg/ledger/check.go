package ledger

import (
	"context"
)

// checkDay checks the next of the days that are to be. Of one that is not known
// for the most part, increase() may be far off, so nobody is told.
func (l *Ledger) checkDay(ctx context.Context) error {
	var w window
	var sound, full bool
	if err := l.with(ctx, func(int64) {
		c := &l.maintenance.check
		c.addFinished(l.sealed.last)
		if len(c.days) == 0 {
			return
		}
		w = wholeSteps(max(c.days[0], l.sealed.first), min(c.days[0]+day, l.sealed.last))
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
			l.maintenance.check.addRest(l.sealed.first, l.sealed.last)
		}
		if full {
			l.maintenance.check.record(compared)
		}
	})
}

// comparable reports whether a window was sealed from answers that were whole,
// which is sound, and whether it is a full day, with data at both ends and for
// most of the time.
func (l *Ledger) comparable(w window) (sound, full bool) {
	if w.first >= w.last || w.first%l.step != 0 || w.last%l.step != 0 {
		return false, false
	}
	steps := l.sealed.stepsIn(w)
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
	return true, w.last-w.first == day && ends && float64(n) >= fullDayShare*float64(len(steps))
}

// compare holds a sealed window against the server's own count.
func (l *Ledger) compare(ctx context.Context, w window) (Comparison, error) {
	server, err := l.fetch.increase(ctx, w.first, w.last)
	if err != nil {
		return Comparison{}, err
	}
	c := Comparison{From: at(w.first), To: at(w.last), ServerBad: server.bad, ServerTotal: server.total}
	return c, l.with(ctx, func(int64) {
		if w.first >= l.sealed.first && w.last <= l.sealed.last {
			events, unseen := l.sealed.eventsIn(w)
			c.Bad, c.Total, c.UnseenBad, c.UnseenTotal = events.bad, events.total, unseen.bad, unseen.total
		}
	})
}

// recountClosely counts a window again, of which all samples are looked at.
func (l *Ledger) recountClosely(ctx context.Context, w window) error {
	closely := l.series.fresh()
	closely.everyStep = true
	sheets, err := l.countAgain(ctx, closely, w)
	if err != nil {
		return err
	}
	return l.with(ctx, func(now int64) {
		l.applyRecount(w, sheets, now, "the server's own count of the day was another")
	})
}
