package review

import (
	"fmt"
	"slices"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Unfounded describes a review that is about no miss.
type Unfounded struct {
	Review slo.Review
	// Began tells when the overspend began in which the review lies; zero if the time
	// was kept.
	Began time.Time
}

// String returns a sentence that says what is wrong with the review.
func (u Unfounded) String() string {
	if !u.Began.IsZero() {
		return fmt.Sprintf("The review at %s is about no overspend: the one of that time began at %s; write that as its start", u.Review.Source, u.Began.UTC().Format(time.RFC3339))
	}
	return fmt.Sprintf("The review at %s is about a time that was kept, from %s: correct its window, or remove it", u.Review.Source, human.Time(u.Review.Miss.Start))
}

// UnfoundedOf returns the reviews that are about no miss of any group of their
// objective. Those about a time before from, or of which it is not known whether it was
// kept, are not among them.
func UnfoundedOf(entries []budget.Entry, from, now time.Time, o budget.Options) []Unfounded {
	type objective struct{ slo, name string }
	groups := map[objective][]group{}
	var order []objective
	for _, e := range entries {
		if len(e.SLO.Reviews) == 0 {
			continue
		}
		key := objective{e.SLO.ID(), e.Objective.Name}
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], group{e, e.At(now, o), Of(e, from, now, o)})
	}
	var all []Unfounded
	for _, key := range order {
		for _, r := range groups[key][0].SLO.Reviews {
			if r.Objective != key.name || r.Miss.Start.Before(from) {
				continue
			}
			if u, ok := unfounded(groups[key], r); ok {
				all = append(all, u)
			}
		}
	}
	return all
}

// group contains what is known of an entry.
type group struct {
	budget.Entry
	evaluation *budget.Evaluation
	misses     []Miss
}

// unfounded reports whether it is known of all groups that a review is about no miss.
func unfounded(groups []group, r slo.Review) (u Unfounded, ok bool) {
	u.Review = r
	for _, g := range groups {
		if slices.ContainsFunc(g.misses, func(m Miss) bool { return m.Is(r.Miss) }) {
			return u, false
		}
		i := slices.IndexFunc(g.misses, func(m Miss) bool { return m.isAround(r.Miss) })
		switch {
		case i >= 0:
			u.Began = g.misses[i].Start
		case !g.kept(r.Miss):
			return u, false
		}
	}
	return u, true
}

// isAround reports whether the overspend that a review is about lies in this one.
func (m Miss) isAround(other slo.MissID) bool {
	return m.IsOverspend() && other.IsOverspend() && m.Start.Before(other.Start) && (m.Ended == nil || other.Start.Before(*m.Ended))
}

// kept reports whether it is known that what a review is about was kept.
func (g group) kept(m slo.MissID) bool {
	if g.Account == nil || g.Err != nil {
		return false
	}
	if m.IsOverspend() {
		v, ok := g.At(m.Start.Add(time.Minute), budget.Options{}).Budget().Remaining.Get()
		return ok && v > 0
	}
	for c := range g.evaluation.ClosedWindows(g.TargetAt) {
		if c.Start.Equal(m.Start) {
			return c.Met != nil && *c.Met
		}
		if c.Start.Before(m.Start) {
			break
		}
	}
	return false
}
