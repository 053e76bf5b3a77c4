package ledger

import (
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Options configures a ledger. The zero value of each field stands for its default.
type Options struct {
	// How long the newest steps stay open for late samples; 10 minutes by
	// default.
	Settle time.Duration
	// How long a fetched tail is not fetched again; 5 seconds by default.
	Fresh time.Duration
	// Method and Slices are those of the SLO and its objective.
	Method slo.Method
	Slices *slo.Slices
	// Records tracks which plans the server has records of. These are read instead
	// of the plan's own series where they are complete; without Records they never
	// are.
	Records *Records
	// Memory limits what all ledgers of the process hold. Only a Store uses it.
	Memory *Memory
	// Now returns the time; time.Now by default.
	Now func() time.Time
	// MaxGroups limits how many groups the SLOs of a query may have at present, see
	// Store.CheckGroups, and a ledger may have ten times as many over time. 0 means
	// no limit.
	MaxGroups int
	// Progress, if set, is called with how many of a fill's steps are done.
	Progress func(done, all int)
}

func (o Options) withDefaults() Options {
	if o.Settle == 0 {
		o.Settle = 10 * time.Minute
	}
	if o.Fresh == 0 {
		o.Fresh = 5 * time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Progress == nil {
		o.Progress = func(int, int) {}
	}
	return o
}
