package ledger

import "context"

// refresh fetches what came since the last sealed step, seals what is before the
// limit and keeps the rest as the tail up to now. It asks nothing while the last
// tail is fresh.
func (l *Ledger) refresh(ctx context.Context, limit, now int64) error {
	if age := now - l.fetched.UnixMilli(); age >= 0 && milliseconds(age) < l.opts.Fresh {
		return nil
	}
	sealed := l.account.sealed
	r, resumed, err := l.sources.recent(ctx, boundary{sealed.last, sealed.until()}, limit, now)
	if err != nil {
		return err
	}
	l.fetched = at(now)
	if !l.account.hasLost(r) {
		l.account.update(r)
	}
	if resumed.open != nil && !l.account.hasLost(resumed) {
		l.account.update(resumed)
	}
	return nil
}
