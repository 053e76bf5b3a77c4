package ledger

import "context"

// sharpen counts the sealed steps that hold from and to in fine cells where that
// matters. A reading that begins or ends within a step takes its part of the step's
// events by time; in fine cells each event falls on the side of the edge on which
// it was seen.
func (l *Ledger) sharpen(ctx context.Context, from, to int64) error {
	if !l.sources.own.hasFineCells() {
		return nil
	}
	sealed, step := l.account.sealed, l.account.step
	for _, t := range []int64{from, to} {
		start := floor(t, step)
		if t == start || start < sealed.first || start >= sealed.last || !l.account.isCoarse(start, from, to) {
			continue
		}
		b, err := l.sources.fineCells(ctx, wholeSteps(start, start+step))
		if err != nil {
			return err
		}
		l.account.fine.addStep(sealed, b)
	}
	return nil
}
