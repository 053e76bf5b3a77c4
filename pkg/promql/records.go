package promql

import (
	"fmt"
	"time"
)

// The series that recording rules write of a plan: a sample a minute that says
// how many events there were in the minute before it, for each SLO, objective
// and group.
const (
	RecordedBad   = "promise:bad_events:increase1m"
	RecordedTotal = "promise:total_events:increase1m"
	// RecordedPlan names the label that contains the plan's Fingerprint.
	RecordedPlan = "plan"
	// RecordedInstance names the label that tells SLOs of one name apart.
	RecordedInstance = "slo_instance"
	// RecordedInterval separates samples.
	RecordedInterval = time.Minute
)

// recordedLately limits the age of the last record of a plan for RecordedPlans.
const recordedLately = time.Hour

// RecordedPlans returns an instant expression for the number of recorded series
// of each plan of which there are records in the last hour.
func RecordedPlans() string {
	return fmt.Sprintf("count by (%s) (last_over_time({__name__=~%q}[%s]))", RecordedPlan, RecordedBad+"|"+RecordedTotal, formatDuration(recordedLately))
}

// RecordedSamples returns a range selector of the samples in the last d of all
// records of the plan with this fingerprint.
func RecordedSamples(fingerprint string, d time.Duration) string {
	return fmt.Sprintf("{__name__=~%q,%s=%q}[%s]", RecordedBad+"|"+RecordedTotal, RecordedPlan, fingerprint, formatDuration(d))
}
