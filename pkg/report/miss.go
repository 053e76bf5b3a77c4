package report

import (
	"github.com/promise-slo/promise-slo-datasource/pkg/review"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// addMiss adds the worst hours, and what is changing.
func (r Report) addMiss(one *result, m review.Miss, c Course) {
	one.Worst, one.Rest = worstHours(c), rest(c)
	one.Chart = newChart(c)
	one.Change, one.State = r.change(m)
	if m.Review != nil && r.Internal {
		one.Learned = m.Review.Learned
	}
}

// change returns what is changing, and by when.
func (r Report) change(m review.Miss) (what, state string) {
	switch {
	case m.Review == nil:
		return "", "This has not been reviewed yet."
	case m.Review.Change == nil:
		return "", "The review has named no change yet."
	}
	c := m.Review.Change
	what = kindWords[c.Kind] + c.What
	if r.Internal {
		what += " (" + c.Owner + ")"
	}
	switch m.State(r.Now) {
	case review.InPlace:
		return what, "In place since " + date(c.Done) + "."
	case review.Late:
		if !c.Done.IsZero() {
			return what, "In place since " + date(c.Done) + ", later than meant."
		}
		return what, "This was to be in place by " + date(c.Due) + ", and is late."
	default:
		return what, "By " + date(c.Due) + "."
	}
}

// kindWords introduces a change of a kind.
var kindWords = map[slo.ChangeKind]string{
	"test": "A test: ", "alert": "An alert: ", "gate": "A gate: ", "deprecation": "A deprecation: ",
}
