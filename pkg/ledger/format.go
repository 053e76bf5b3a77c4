package ledger

import "fmt"

// formatTime returns a time as people read it.
func formatTime(t int64) string { return at(t).Format("2006-01-02 15:04:05 MST") }

// formatCount returns a number of events as people read it.
func formatCount(n float64) string { return fmt.Sprintf("%.6g", n) }
