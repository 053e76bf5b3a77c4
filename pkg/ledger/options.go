package ledger

import (
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Options of a ledger. The zero value of each field stands for its default.
type Options struct {
	// Settle is how long the newest steps stay open for late samples; 10
	// minutes by default.
	Settle time.Duration
	// Fresh is for how long a fetched tail is not fetched again; 5 seconds
	// by default.
	Fresh time.Duration
	// Method and Slices are those of the SLO and its objective.
	Method slo.Method
	Slices *slo.Slices
	// Records knows of which plans the server has recorded series, which
	// are read instead of the plan's own where they tell all; without it
	// they never are.
	Records *Records
	// Memory is what all ledgers of the process share; it is for stores.
	Memory *Memory
	// Now is the clock; time.Now by default.
	Now func() time.Time
	// MaxGroups is the most groups that Store.CheckGroups lets the SLOs of a
	// question have at present, and of which a ledger may follow ten times
	// as many over time; 0 is any number.
	MaxGroups int
	// Progress is told how many of a fill's steps are done, if set.
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
