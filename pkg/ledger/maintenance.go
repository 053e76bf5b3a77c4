package ledger

import "context"

// maintenance is what is due. It is held by whoever has the ledger's turn.
type maintenance struct {
	partial, day, window schedule
	// phase says which steps of the day are next.
	phase int64
	check dayChecks
}

// reset notes that something was sealed at once, of which nothing is due yet.
func (u *maintenance) reset(now int64, unknown bool) {
	u.day = scheduleAfter(now, dayRecheck)
	u.window = scheduleAfter(now, longestRecheck)
	if unknown {
		u.window.retrySoon(now)
	}
}

// Maintain does what is due by now: it asks again for what was not known for
// certain, and holds sealed days against the server's own count. It is to be
// called every minute or so for as long as the ledger is in use; it never keeps
// Fill waiting for a server. The error is that of the first question that
// failed.
func (l *Ledger) Maintain(ctx context.Context) error {
	for _, do := range []func(context.Context) error{l.recountPartial, l.recheckDay, l.recheckAll, l.checkDay} {
		if err := do(ctx); err != nil {
			return err
		}
	}
	return nil
}
