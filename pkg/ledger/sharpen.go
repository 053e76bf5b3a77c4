package ledger

import (
	"context"
	"maps"
)

// sharpen looks again at the sealed steps that hold from and to.
func (l *Ledger) sharpen(ctx context.Context, from, to int64) error {
	if !l.series.hasFineCells() {
		return nil
	}
	for _, t := range []int64{from, to} {
		start := floor(t, l.step)
		if t == start || start < l.sealed.first || start >= l.sealed.last || !l.needsFineCells(start, from, to) {
			continue
		}
		if err := l.fetchFineCells(ctx, start); err != nil {
			return err
		}
	}
	return nil
}

// needsFineCells reports whether the step that begins at start may hold more than
// edgeShare of the events of some group between from and to, and is not yet
// known in cells.
func (l *Ledger) needsFineCells(start, from, to int64) bool {
	i := l.sealed.index(start)
	for group, r := range l.sealed.segments {
		if group < len(l.recentFine) && l.recentFine[group].covers(start, l.step) {
			continue
		}
		if group < len(l.fineSteps) {
			if _, known := l.fineSteps[group][start]; known {
				continue
			}
		}
		step, all := r.cell(i), r.at(to).minus(r.at(from))
		if step.bad > fineShare*all.bad || step.total > fineShare*all.total {
			return true
		}
	}
	return false
}

// fetchFineCells learns how the events of a sealed step lie in it. How many there are
// stays as sealed.
func (l *Ledger) fetchFineCells(ctx context.Context, start int64) error {
	w := wholeSteps(start, start+l.step)
	s, ok, err := l.records.fineCells(ctx, w)
	if err != nil {
		return err
	}
	if !ok {
		if s, _, err = l.series.fineCells(ctx, w); err != nil {
			return err
		}
	}
	l.sealed.addGroups()
	edges := make([]map[int64]segment, len(l.sealed.segments))
	for group := range edges {
		edges[group] = map[int64]segment{}
		if group < len(l.fineSteps) && len(l.fineSteps[group]) < maxFineSteps {
			maps.Copy(edges[group], l.fineSteps[group])
		}
		edge := newSegment(s.first, s.cellLength)
		edge.appendWithSum(s.cellsOf(group), l.sealed.segments[group].cell(l.sealed.index(start)))
		edges[group][start] = edge
	}
	l.fineSteps = edges
	return nil
}
