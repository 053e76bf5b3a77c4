package ledger

import "context"

// What is sealed may not be all that there is: a store was down, samples came
// late, a backfill filled a hole. So steps are asked for again, without anybody
// waiting for it: those of partial answers soon, and then ever more rarely; and
// for all others how many series they have, which is cheap, and tells what has
// come since. Where there are more than there were, the steps are counted again.

// upkeep is what is due. It is held by whoever has the ledger's turn.
type upkeep struct {
	partial, day, window due
	// phase says which steps of the day are next.
	phase int64
	check check
}

// Maintain does what is due by now: it asks again for what was not known for
// certain, and holds sealed days against the server's own count. It is to be
// called every minute or so for as long as the ledger is in use; it never keeps
// Fill waiting for a server. The error is that of the first question that
// failed.
func (l *Ledger) Maintain(ctx context.Context) error {
	for _, do := range []func(context.Context) error{l.recountPartial, l.lookThroughDay, l.lookThroughWindow, l.checkDay} {
		if err := do(ctx); err != nil {
			return err
		}
	}
	return nil
}

// filled notes that something was sealed at once, of which nothing is due yet.
func (u *upkeep) filled(now int64, unknown bool) {
	u.day = dueAfter(now, dayAfter)
	u.window = dueAfter(now, windowAfter)
	if unknown {
		u.window.soon(now)
	}
}
