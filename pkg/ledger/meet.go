package ledger

import (
	"fmt"
	"slices"
)

// missingBucket returns an error if a bucket that the plan needs does not exist
// in its histogram: counting it as empty would make all events good, or all bad.
func (l *Ledger) missingBucket() error {
	if !l.counted() {
		return nil
	}
	for _, b := range l.unmet() {
		if b.counter.Bucket() {
			return fmt.Errorf("the histogram has no bucket %s; write a bound that is one of its buckets", b.counter.Curve())
		}
	}
	return nil
}

// unmet returns the bases that never had a series, as far as is known: where
// there are records of bad events, some series had them.
func (l *Ledger) unmet() []base {
	bad := l.records.looked && l.someGroup(func(k knot) bool { return k.bad > 0 })
	return slices.DeleteFunc(l.fetch.unmet(), func(b base) bool { return bad && !b.counter.Bucket() })
}

// counted reports whether there were any events at all.
func (l *Ledger) counted() bool { return l.someGroup(func(k knot) bool { return k.total > 0 }) }

// someGroup reports whether something holds for all that is sealed of some group.
func (l *Ledger) someGroup(holds func(knot) bool) bool {
	return l.book != nil && slices.ContainsFunc(l.book.runs, func(r run) bool { return holds(r.at(r.last)) })
}
