package ledger

import (
	"time"

	"github.com/prometheus/prometheus/model/labels"
)

// Snapshot is the ledger at a time. It never changes.
type Snapshot struct {
	// Groups has one element for each label set, and one that is empty if
	// there was no data.
	Groups []Group
	// AsOf is up to when the account is filled.
	AsOf time.Time
	// Notices are sentences that a reader of the numbers must know.
	Notices []string
}

// Group is the account of one label set.
type Group struct {
	Labels labels.Labels
	Curve  *Curve
}

func (l *Ledger) snapshot() *Snapshot {
	if l.book == nil || l.book.empty() {
		return nil
	}
	l.book.grow()
	doubtful := l.provisional()
	s := &Snapshot{AsOf: at(l.book.last), Notices: l.notices(doubtful)}
	for i, ls := range l.groups.all() {
		c := l.curve(i)
		c.provisional = doubtful
		s.Groups = append(s.Groups, Group{ls, c})
		s.AsOf = at(c.tail.last)
	}
	if len(s.Groups) == 0 {
		s.Groups = []Group{{labels.EmptyLabels(), l.book.blank()}}
	}
	return s
}

func (l *Ledger) curve(group int) *Curve {
	c := &Curve{sealed: l.book.runs[group], tail: newRun(l.book.last, l.step)}
	if group < len(l.edges) {
		c.edges = l.edges[group]
	}
	if group < len(l.lingering) {
		c.lingering = l.lingering[group]
	}
	if group < len(l.tail) && l.tail[group].first == l.book.last {
		c.tail = l.tail[group]
	}
	if c.since = c.sealed.since(); c.since == 0 {
		c.since = c.tail.since()
	}
	return c
}

// provisional returns the time for which answers were partial.
func (l *Ledger) provisional() []window {
	all := l.book.partial()
	if l.open != nil && l.open.isPartial() {
		return append(all, l.open.window)
	}
	if l.book.endsPartial() {
		all = append(all, whole(l.book.last, l.book.last+l.step))
	}
	return all
}
