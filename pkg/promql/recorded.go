package promql

import "time"

// The series that recording rules write of a plan: a sample a minute that says
// how many events there were in the minute before it, for each SLO, objective
// and group.
const (
	RecordedBad   = "promise:bad_events:increase1m"
	RecordedTotal = "promise:total_events:increase1m"
	// RecordedPlan is the label that has the plan's Fingerprint.
	RecordedPlan = "plan"
	// RecordedInterval is the distance of samples.
	RecordedInterval = time.Minute
)
