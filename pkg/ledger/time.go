package ledger

import "time"

// Times and lengths within the ledger are milliseconds, times since the epoch.

const day = int64(24 * time.Hour / time.Millisecond)

// at returns a time in milliseconds as a time.Time.
func at(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

// milliseconds returns the duration of n milliseconds.
func milliseconds(n int64) time.Duration { return time.Duration(n) * time.Millisecond }

// floor returns the last multiple of a step that is not after t.
func floor(t, step int64) int64 {
	rest := t % step
	if rest < 0 {
		rest += step
	}
	return t - rest
}

// ceil returns the first multiple of a step that is not before t.
func ceil(t, step int64) int64 { return -floor(-t, step) }
