package budget

import (
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Entry pairs one SLO, objective and group with its account.
type Entry struct {
	SLO       slo.SLO
	Objective slo.Objective
	// Labels of the group, empty without grouping.
	Labels labels.Labels
	// Nil if there is no account, because of Err.
	Account Account
	// Since when the account has all that the server has, unless there is an
	// error.
	From time.Time
	// Up to when the account is filled.
	AsOf time.Time
	// Sentences that a reader of the numbers must know.
	Notices []string
	// Growing says that the account is being extended further back, in the background.
	Growing bool
	// Why there is no account or, if there is one, why it is not up to date.
	Err error
}

// Terms returns what the entry's account is evaluated by.
func (e Entry) Terms() Terms { return TermsOf(e.SLO, e.Objective) }

// TargetAt returns the target that was in force at a time.
func (e Entry) TargetAt(t time.Time) float64 { return e.SLO.TargetAt(e.Objective, t) }

// At returns the evaluation of the entry's account at now.
func (e Entry) At(now time.Time, o Options) *Evaluation {
	evaluation := At(e.Account, e.Terms(), now, o)
	evaluation.completeFrom, evaluation.isGroup = e.From, !e.Labels.IsEmpty()
	if e.Err != nil {
		evaluation.completeFrom = now
	}
	return evaluation
}
