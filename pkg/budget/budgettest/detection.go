package budgettest

import (
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Consumes returns the share of a window's budget that is consumed when the
// condition begins to hold.
func Consumes(c slo.BurnCondition, window time.Duration) float64 {
	return c.BurnRate * float64(c.Long) / float64(window)
}

// DetectionTime returns how long after its start an incident meets the condition:
// as soon as it has the long window burn at the burn rate (Google SRE Workbook,
// ch. 5). The incident burns at a constant rate, nothing was bad before it, and traffic
// is steady. ok is false if it burns too slowly ever to fire.
func DetectionTime(c slo.BurnCondition, burn float64) (after time.Duration, ok bool) {
	if !(burn > c.BurnRate) {
		return 0, false
	}
	return time.Duration(float64(c.Long) * c.BurnRate / burn), true
}

// ResetTime returns how long after the end of such an incident the condition
// ceases to hold: as soon as too little of it is left in the short window. ok is
// false if it never did.
func ResetTime(c slo.BurnCondition, burn float64) (after time.Duration, ok bool) {
	if !(burn > c.BurnRate) {
		return 0, false
	}
	return c.Short - time.Duration(float64(c.Short)*c.BurnRate/burn), true
}
