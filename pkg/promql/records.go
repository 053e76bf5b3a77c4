package promql

import (
	"fmt"
	"time"
)

// recordedLately is how old the last record of a plan may be for RecordedPlans.
const recordedLately = time.Hour

// RecordedPlans is an instant expression: a series for each plan of which there
// are records in the last hour, the number of recorded series.
func RecordedPlans() string {
	return fmt.Sprintf("count by (%s) (last_over_time({__name__=~%q}[%s]))", RecordedPlan, RecordedBad+"|"+RecordedTotal, formatDuration(recordedLately))
}

// RecordedSamples is the samples in the last d of all records of the plan with
// this fingerprint: a range selector.
func RecordedSamples(fingerprint string, d time.Duration) string {
	return fmt.Sprintf("{__name__=~%q,%s=%q}[%s]", RecordedBad+"|"+RecordedTotal, RecordedPlan, fingerprint, formatDuration(d))
}
