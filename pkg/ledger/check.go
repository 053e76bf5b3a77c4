package ledger

import "context"

// checkDay compares the next of the days to check with the server's own count: one
// increase() over that day. The two differ by what increase() does not see, which
// the ledger knows, and by what it extrapolates. A day that differs by more is
// counted again from all of its samples. If that does not help, a notice says so;
// if it does, series live for too short a time to be at grid points, and all other
// days are checked too. A day with little data has no notice: increase() may be far
// off then.
func (l *Ledger) checkDay(ctx context.Context) error {
	var w window
	var sound, full bool
	if err := l.with(ctx, func(int64) {
		if start, ok := l.maintenance.check.next(l.account.sealed.last); ok {
			w = wholeSteps(max(start, l.account.sealed.first), min(start+day, l.account.sealed.last))
			sound, full = l.account.comparable(w)
		}
	}); err != nil || !sound {
		return err
	}
	compared, helped, err := l.compareAndRecount(ctx, w)
	if err != nil {
		return err
	}
	return l.with(ctx, func(int64) {
		if helped {
			l.maintenance.check.planRest(l.account.sealed.first, l.account.sealed.last)
		}
		if full {
			l.maintenance.check.record(compared)
		}
	})
}

// compareAndRecount compares a window with the server's own count, and once more
// after counting it again if the two do not agree. It reports whether that helped.
func (l *Ledger) compareAndRecount(ctx context.Context, w window) (c Comparison, helped bool, err error) {
	first, err := l.compare(ctx, w)
	if err != nil || first.Agrees() {
		return first, false, err
	}
	if err := l.recountClosely(ctx, w); err != nil {
		return first, false, err
	}
	second, err := l.compare(ctx, w)
	return second, second.Agrees() && second != first, err
}

// compare compares a sealed window with the server's own count.
func (l *Ledger) compare(ctx context.Context, w window) (Comparison, error) {
	server, err := l.fetch.increase(ctx, w.first, w.last)
	if err != nil {
		return Comparison{}, err
	}
	c := Comparison{From: at(w.first), To: at(w.last), ServerBad: server.bad, ServerTotal: server.total}
	return c, l.with(ctx, func(int64) {
		if sealed := l.account.sealed; w.first >= sealed.first && w.last <= sealed.last {
			events, unseen := sealed.eventsIn(w)
			c.Bad, c.Total, c.UnseenBad, c.UnseenTotal = events.bad, events.total, unseen.bad, unseen.total
		}
	})
}

// fullDayShare is the share of a day that must have data for a notice to say that
// it differs.
const fullDayShare = 0.9

// comparable reports whether a window was sealed from whole answers, which makes it
// sound, and whether it is a full day, with data at both ends and for most of the
// time.
func (a *account) comparable(w window) (sound, full bool) {
	if w.first >= w.last || w.first%a.step != 0 || w.last%a.step != 0 {
		return false, false
	}
	steps := a.sealed.stepsIn(w)
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
