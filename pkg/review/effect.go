package review

import (
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// Effect compares what burned before the change of a review was in place with what
// burned since. It shows what came after the change, not that it came of it.
type Effect struct {
	// Kind of the incidents that are compared, that of the miss's worst; empty if it had
	// none, so that all that burned is compared.
	Kind budget.IncidentKind
	// Before ends when the day of the change began, and is at most a window long. Since
	// begins when that day was over.
	Before, Since Burn
}

// Burn tells what burned in a time.
type Burn struct {
	From, To time.Time
	// Days of it for which there was data.
	Days float64
	// Incidents of the kind that are compared.
	Incidents int
	// Share of a window's budget that they consumed, or all that burned. It is missing
	// if there is no budget to compare with.
	Share budget.Value
}

// PerDay returns the share of a window's budget that was consumed in a day with data,
// missing with less than a day of them.
func (b Burn) PerDay() budget.Value {
	share, ok := b.Share.Get()
	if !ok || b.Days < 1 {
		return budget.Value{}
	}
	return budget.Some(share / b.Days)
}

// Effect returns what came after the change that the review of the miss names; ok is
// false unless it is in place.
func (m Miss) Effect(now time.Time, o budget.Options) (effect Effect, ok bool) {
	if m.Review == nil || m.Review.Change == nil || m.Entry.Account == nil {
		return Effect{}, false
	}
	done := m.doneBy(now)
	if done.IsZero() {
		return Effect{}, false
	}
	if m.Worst != nil {
		effect.Kind = m.Worst.Kind
	}
	evaluation := m.Entry.At(now, o)
	first, _ := m.Entry.Account.Span()
	before := m.Entry.SLO.Window.Period.Add(done, -1)
	if before.Before(first) {
		before = first
	}
	effect.Before = effect.burn(m, evaluation, before, done)
	effect.Since = effect.burn(m, evaluation, done.AddDate(0, 0, 1), evaluation.Fresh())
	return effect, true
}

// burn returns what burned in (from, to], in shares of the budget of the window in force.
func (e Effect) burn(m Miss, evaluation *budget.Evaluation, from, to time.Time) Burn {
	b := Burn{From: from, To: to}
	if !from.Before(to) {
		return b
	}
	reading := m.Entry.Account.Reading(from, to)
	b.Days = reading.Coverage * to.Sub(from).Hours() / 24
	whole, known := evaluation.Budget().Total.Get()
	if !known || reading.Provisional > 0 {
		return b
	}
	bad := 0.
	for _, i := range evaluation.IncidentsBetween(from, to) {
		if i.Kind == e.Kind {
			b.Incidents++
			bad += i.Bad
		}
	}
	if e.Kind == "" {
		bad = reading.Bad
	}
	b.Share = budget.Some(bad / whole)
	return b
}
