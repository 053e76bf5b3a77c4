package ledger

import (
	"context"
	"maps"
	"math"
)

// A reading that begins or ends within a sealed step takes its part of the
// step's events by time. Where that could matter, because the step holds more
// than a small share of all events, the step's samples are looked at again, so
// that each event falls on the side of the edge where it was seen.
const (
	// edgeShare is the share of the events of a reading from which on a step
	// is looked at again.
	edgeShare = 0.0002
	// edgesKept is how many such steps are kept.
	edgesKept = 16
)

// sharpen looks again at the sealed steps that hold from and to.
func (l *Ledger) sharpen(ctx context.Context, from, to int64) error {
	if !l.series.divided() {
		return nil
	}
	for _, t := range []int64{from, to} {
		start := floor(t, l.step)
		if t == start || start < l.book.first || start >= l.book.last || !l.matters(start, from, to) {
			continue
		}
		if err := l.edge(ctx, start); err != nil {
			return err
		}
	}
	return nil
}

// matters reports whether the step that begins at start may hold more than
// edgeShare of the events of some group between from and to, and is not yet
// known in cells.
func (l *Ledger) matters(start, from, to int64) bool {
	i := l.book.index(start)
	for group, r := range l.book.runs {
		if group < len(l.lingering) && l.lingering[group].covers(start, l.step) {
			continue
		}
		if group < len(l.edges) {
			if _, known := l.edges[group][start]; known {
				continue
			}
		}
		step, all := r.count(i), r.at(to).minus(r.at(from))
		if step.bad > edgeShare*all.bad || step.total > edgeShare*all.total {
			return true
		}
	}
	return false
}

// edge learns how the events of a sealed step lie in it. How many there are
// stays as sealed.
func (l *Ledger) edge(ctx context.Context, start int64) error {
	w := whole(start, start+l.step)
	s, ok, err := l.records.closely(ctx, w)
	if err != nil {
		return err
	}
	if !ok {
		if s, _, err = l.series.closely(ctx, w); err != nil {
			return err
		}
	}
	l.book.grow()
	edges := make([]map[int64]run, len(l.book.runs))
	for group := range edges {
		edges[group] = map[int64]run{}
		if group < len(l.edges) && len(l.edges[group]) < edgesKept {
			maps.Copy(edges[group], l.edges[group])
		}
		edge := newRun(s.first, s.cell)
		edge.appendScaled(s.of(group), l.book.runs[group].count(l.book.index(start)))
		edges[group][start] = edge
	}
	l.edges = edges
	return nil
}

// appendScaled adds the cells of a step, made to come to the given sum.
func (r *run) appendScaled(cells []knot, sum knot) {
	found := fold(cells, len(cells))[0]
	n := float64(len(cells))
	for _, k := range cells {
		r.append(knot{
			bad:     part(k.bad, found.bad, sum.bad, n),
			total:   part(k.total, found.total, sum.total, n),
			covered: sum.covered / n,
		})
	}
}

// part returns the share of sum that a cell has, or an even one if what was found
// is not about what was sealed.
func part(cell, found, sum, n float64) float64 {
	if found == 0 || math.Abs(found-sum) > 0.01*math.Abs(sum) {
		return sum / n
	}
	return sum * cell / found
}
