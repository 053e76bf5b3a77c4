package forecast

import "time"

// Options configures a forecast; zero fields take the defaults.
type Options struct {
	// Number of simulated futures, 300 by default.
	Paths int
	// How far back the account is looked at, 52 weeks by default, and at least for
	// a window.
	History time.Duration
}

const (
	day  = 24 * time.Hour
	week = 7 * day
)

func (o Options) withDefaults() Options {
	if o.Paths <= 0 {
		o.Paths = 300
	}
	if o.History <= 0 {
		o.History = 52 * week
	}
	return o
}
