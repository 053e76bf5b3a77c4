package story

import "time"

// Incident describes a time at which a service did worse than usual.
type Incident struct {
	Service string
	// The only route that was hit; empty means all.
	Route    string
	From, To time.Time
	// The share of requests that failed on top of the usual ones,
	// with the code Code.
	Errors float64
	Code   string
	// The factor by which requests took longer; 0 for none.
	Slow float64
	// What happened.
	Note string
}

// Incidents returns the story's incidents as seen from now.
func Incidents(now time.Time) []Incident {
	quarter := previousQuarter(now)
	return []Incident{
		lasting(25*time.Minute, Incident{
			Service: "checkout", From: daysAgo(now, 9, 13.7), Errors: 1, Code: "503",
			Note: "the gateway's certificate expired: nobody got through",
		}),
		lasting(3*time.Hour, Incident{
			Service: "search", From: daysAgo(now, 2, 9), Errors: 0.05, Code: "500", Slow: 2,
			Note: "one of the index's replicas was out of memory",
		}),
		lasting(100*day, Incident{
			Service: "images", Route: "/full", From: daysAgo(now, 14, 0), Errors: 0.0217, Code: "502",
			Note: "a slow leak: the new resizer gives up on large pictures; it goes on",
		}),
		lasting(6*time.Hour, Incident{
			Service: "ledger-api", From: quarter.Add(40*day + 8*time.Hour), Errors: 0.12, Code: "Unavailable",
			Note: "a migration locked the ledger's largest table",
		}),
		lasting(5*time.Hour, Incident{
			Service: "ledger-api", From: quarter.Add(68*day + 11*time.Hour), Errors: 0.1, Code: "Unavailable",
			Note: "the second half of the migration",
		}),
		lasting(90*time.Minute, Incident{
			Service: "login", From: daysAgo(now, 5, 7.5), Slow: 3,
			Note: "the password hash was made stronger, then weaker again",
		}),
	}
}

// Next returns the incident that is yet to come as seen from now: it is there so that
// one can watch alerts fire and resolve.
func Next(now time.Time) Incident {
	return lasting(8*time.Minute, Incident{
		Service: "search", From: now.Add(5 * time.Minute), Errors: 1, Code: "503",
		Note: "the index is swapped for an empty one",
	})
}

// during says whether a time in milliseconds is part of the incident.
func (i Incident) during(at int64) bool {
	return i.From.UnixMilli() < at && at <= i.To.UnixMilli()
}

// lasting gives an incident its length.
func lasting(length time.Duration, i Incident) Incident {
	i.To = i.From.Add(length)
	return i
}

// daysAgo returns an hour of the day, in UTC, some days before now.
func daysAgo(now time.Time, days int, hour float64) time.Time {
	today := now.UTC().Truncate(day)
	return today.AddDate(0, 0, -days).Add(time.Duration(hour * float64(time.Hour)))
}

// previousQuarter returns the start of the calendar quarter before the one that now
// is in, in UTC.
func previousQuarter(now time.Time) time.Time {
	now = now.UTC()
	first := time.Month((int(now.Month())-1)/3*3 + 1)
	return time.Date(now.Year(), first-3, 1, 0, 0, 0, 0, time.UTC)
}
