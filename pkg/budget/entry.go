package budget

import (
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Entry is the account of one SLO, objective and label set.
type Entry struct {
	SLO       slo.SLO
	Objective slo.Objective
	Labels    labels.Labels
	// Account is nil if there is none, because of Err.
	Account Account
	// From is since when the account has all that the server has, unless
	// there is an error.
	From time.Time
	// AsOf is up to when the account is filled.
	AsOf time.Time
	// Notices are sentences that a reader of the numbers must know.
	Notices []string
	// Err says why there is no account or, beside an account, why it is not
	// up to date.
	Err error
}

// Terms returns what the entry's account is judged by.
func (e Entry) Terms() Terms { return TermsOf(e.SLO, e.Objective) }
