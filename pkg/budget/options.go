package budget

import "time"

// Options configures an evaluation; the zero value asks for the documented
// defaults.
type Options struct {
	// Time zone in which a rolling window's days begin, UTC if nil. Calendar
	// windows have a time zone of their own.
	Location *time.Location
	// Lookbacks of the burn rates; nil stands for DefaultLookbacks.
	Lookbacks []time.Duration
	// Lookback whose error ratio is assumed to go on; 0 stands for a thirtieth of
	// the window, at least an hour.
	RecentErrors time.Duration
	// What makes an incident.
	Incidents IncidentOptions
	// When the budget runs out by a forecast; ok is false where none is known. Nil, or
	// without one, the errors of late are assumed to go on.
	RunsOut func() (at *time.Time, ok bool)
}

func (o Options) withDefaults() Options {
	if o.Lookbacks == nil {
		o.Lookbacks = DefaultLookbacks()
	}
	o.Incidents = o.Incidents.withDefaults()
	return o
}

// recentErrors returns the lookback for a window of a length.
func (o Options) recentErrors(window time.Duration) time.Duration {
	if o.RecentErrors > 0 {
		return o.RecentErrors
	}
	return max(time.Hour, window/30)
}
