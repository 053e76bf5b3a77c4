package slo

import "time"

// BurnCondition is when an alert fires: while the budget burns faster than a
// burn rate over both lookbacks.
type BurnCondition struct {
	// BurnRate is that which is too fast, above 0. Either it or Share is set.
	BurnRate float64
	// Share of the budget, above 0 and at most 1, that is gone when the long
	// lookback burned at the rate that is too fast all along.
	Share float64
	// Long and Short are the lookbacks, Long at least as long as Short.
	Long, Short time.Duration
	// MinBadEvents is how many events must have been bad over the long lookback;
	// 0 asks for none. It keeps single errors of little traffic from firing.
	MinBadEvents float64
}
