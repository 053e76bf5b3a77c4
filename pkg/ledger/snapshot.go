package ledger

import (
	"time"

	"github.com/prometheus/prometheus/model/labels"
)

// Snapshot describes the ledger at a time. It never changes.
type Snapshot struct {
	// Groups has one element for each label set, and an empty one if there was no
	// data.
	Groups []Group
	// Time up to which the account is filled.
	AsOf time.Time
	// Notices are sentences that a reader of the numbers must know.
	Notices []string
}

// Group holds the account of one label set.
type Group struct {
	Labels labels.Labels
	Curve  *Curve
}

// snapshot returns the ledger as it is, nil if nothing is sealed yet.
func (l *Ledger) snapshot() *Snapshot {
	if l.account.empty() {
		return nil
	}
	sealed := l.account.sealed
	sealed.addGroups()
	provisional := l.account.provisional()
	s := &Snapshot{AsOf: at(sealed.last), Notices: l.notices(provisional)}
	for i, ls := range l.account.groups.labelSets() {
		c := l.account.curve(i)
		c.provisional = provisional
		s.Groups = append(s.Groups, Group{ls, c})
		s.AsOf = at(c.tail.last)
	}
	if len(s.Groups) == 0 {
		s.Groups = []Group{{labels.EmptyLabels(), sealed.blankCurve()}}
	}
	return s
}
