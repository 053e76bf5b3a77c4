package ledger

import "context"

// Maintain runs the maintenance that is due. Sealed steps may be incomplete: a store
// was down, samples came late, a backfill filled a hole. So steps of partial answers
// are counted again, soon and then ever more rarely. For all others Maintain
// asks how many series they have, which is cheap, and counts those again that have
// more than before. It also compares sealed days with the server's own count.
//
// Call it every minute or so for as long as the ledger is in use; it never keeps
// Fill waiting for a server. It returns the error of the first question that failed.
func (l *Ledger) Maintain(ctx context.Context) error {
	for _, do := range []func(context.Context) error{l.recountPartial, l.recheckDay, l.recheckAll, l.checkDay} {
		if err := do(ctx); err != nil {
			return err
		}
	}
	return nil
}
