// Package memlimit divides the memory of a process, as GOMEMLIMIT sets it, among
// the parts that may hold much of it. What they leave is for garbage and all else
// that a process does.
package memlimit

import (
	"math"
	"runtime/debug"
)

// withoutLimit is what each part may hold where the process has no limit.
const withoutLimit = 512 << 20

// Ledgers returns how many bytes the ledgers of a process may hold: 40 % of its
// limit, and at most 512 MiB.
func Ledgers() int64 { return min(withoutLimit, share(0.4)) }

// Answers returns how many bytes the answers that are being read may hold: a
// quarter of the limit, or 512 MiB without one.
func Answers() int64 { return share(0.25) }

func share(part float64) int64 {
	limit := debug.SetMemoryLimit(-1)
	if limit == math.MaxInt64 {
		return withoutLimit
	}
	return int64(part * float64(limit))
}
