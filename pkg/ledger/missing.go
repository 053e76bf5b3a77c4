package ledger

import (
	"fmt"
	"slices"
)

// missingBucket returns an error if a bucket that the plan needs does not exist
// in its histogram: counting it as empty would make all events good, or all bad.
func (l *Ledger) missingBucket() error {
	if !l.hasEvents() {
		return nil
	}
	for _, b := range l.basesWithoutSeries() {
		if b.counter.Bucket() {
			return fmt.Errorf("the histogram has no bucket %s; write a bound that is one of its buckets", b.counter.Curve())
		}
	}
	return nil
}

// basesWithoutSeries returns the bases that never had a series, as far as is known: where
// there are records of bad events, some series had them.
func (l *Ledger) basesWithoutSeries() []base {
	bad := l.records.probed && l.anyGroup(func(k count) bool { return k.bad > 0 })
	return slices.DeleteFunc(l.fetch.basesWithoutSeries(), func(b base) bool { return bad && !b.counter.Bucket() })
}

// hasEvents reports whether there were any events at all.
func (l *Ledger) hasEvents() bool { return l.anyGroup(func(k count) bool { return k.total > 0 }) }

// anyGroup reports whether something holds for all that is sealed of some group.
func (l *Ledger) anyGroup(holds func(count) bool) bool {
	return l.sealed != nil && slices.ContainsFunc(l.sealed.segments, func(r segment) bool { return holds(r.at(r.last)) })
}
