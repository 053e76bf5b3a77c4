package budget

import "time"

// Spends is the share of a window's budget that is gone when the rule begins to
// fire: that of its condition, or more where the factor was raised to 1.
func (r Rule) Spends(window time.Duration) float64 {
	return r.Factor * float64(r.Long) / float64(window)
}

// Detects is how long after its beginning an incident fires the rule: as soon
// as it has the long lookback burn at the factor (Google SRE Workbook, ch. 5).
// The incident burns at a constant rate, nothing was bad before it, and traffic
// is steady. ok is false if it burns too slowly ever to fire.
func (r Rule) Detects(burn float64) (after time.Duration, ok bool) {
	if !(burn > r.Factor) {
		return 0, false
	}
	return time.Duration(float64(r.Long) * r.Factor / burn), true
}

// Resets is how long after the end of such an incident the rule stops firing:
// as soon as too little of it is left in the short lookback. ok is false if it
// never fired.
func (r Rule) Resets(burn float64) (after time.Duration, ok bool) {
	if !(burn > r.Factor) {
		return 0, false
	}
	return r.Short - time.Duration(float64(r.Short)*r.Factor/burn), true
}
