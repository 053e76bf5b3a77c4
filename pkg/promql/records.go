package promql

import (
	"fmt"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// recordedLately is how old the last record of a plan may be for RecordedPlans.
const recordedLately = time.Hour

// RecordedLabel is the name under which records carry a grouping label.
func RecordedLabel(group string) string {
	if group == RecordedPlan {
		return "group_" + group
	}
	return slo.GroupName(group)
}

// RecordedPlans is an instant expression: a series for each plan of which there
// are records in the last hour.
func RecordedPlans() string {
	return fmt.Sprintf("count by (%s) (last_over_time(%s[%s]))", RecordedPlan, RecordedTotal, formatDuration(recordedLately))
}

// RecordedSamples is the samples in the last d of all records of the plan with
// this fingerprint: a range selector.
func RecordedSamples(fingerprint string, d time.Duration) string {
	return fmt.Sprintf("{__name__=~%q,%s=%q}[%s]", RecordedBad+"|"+RecordedTotal, RecordedPlan, fingerprint, formatDuration(d))
}
