package budget

import "time"

// midnight returns the moment at which the day of a time begins, or the one so many
// days later. Where clocks skip midnight, the day begins when they go on.
func midnight(t time.Time, days int) time.Time {
	y, m, d := t.Date()
	start := time.Date(y, m, d+days, 0, 0, 0, 0, t.Location())
	if start.Day() == time.Date(y, m, d+days, 0, 0, 0, 0, time.UTC).Day() {
		return start
	}
	_, start = start.ZoneBounds()
	return start
}
