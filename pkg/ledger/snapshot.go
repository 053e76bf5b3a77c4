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
	if l.sealed == nil || l.sealed.empty() {
		return nil
	}
	l.sealed.addGroups()
	doubtful := l.provisional()
	s := &Snapshot{AsOf: at(l.sealed.last), Notices: l.notices(doubtful)}
	for i, ls := range l.groups.labelSets() {
		c := l.curve(i)
		c.provisional = doubtful
		s.Groups = append(s.Groups, Group{ls, c})
		s.AsOf = at(c.tail.last)
	}
	if len(s.Groups) == 0 {
		s.Groups = []Group{{labels.EmptyLabels(), l.sealed.blankCurve()}}
	}
	return s
}

func (l *Ledger) curve(group int) *Curve {
	c := &Curve{sealed: l.sealed.segments[group], tail: newSegment(l.sealed.last, l.step)}
	if group < len(l.fineSteps) {
		c.fineSteps = l.fineSteps[group]
	}
	if group < len(l.recentFine) {
		c.recentFine = l.recentFine[group]
	}
	if group < len(l.tail) && l.tail[group].first == l.sealed.last {
		c.tail = l.tail[group]
	}
	if c.since = c.sealed.firstData(); c.since == 0 {
		c.since = c.tail.firstData()
	}
	return c
}

// provisional returns the time for which answers were partial.
func (l *Ledger) provisional() []window {
	all := l.sealed.partialSteps()
	if l.open != nil && l.open.isPartial() {
		return append(all, l.open.window)
	}
	if l.sealed.endsPartial() {
		all = append(all, wholeSteps(l.sealed.last, l.sealed.last+l.step))
	}
	return all
}
