package events

import "time"

// Case names a profile.
type Case struct {
	Name    string
	Profile Profile
}

// Cases returns profiles that each make it hard, in its own way, to compute exact
// counts from counters. All end at the given time.
func Cases(end time.Time) []Case {
	return []Case{
		{"dense", usual(end, 7*day, func(p *Profile) { p.Good, p.Bad, p.Jitter = 20, 0.1, 5*time.Millisecond })},
		{"scraped every 15 s", usual(end, 2*day, func(p *Profile) { p.Interval = 15 * time.Second })},
		{"scraped every minute", usual(end, 7*day, func(p *Profile) { p.Interval, p.Jitter = time.Minute, 40*time.Millisecond })},
		{"errors at one an hour", usual(end, 2*day, func(p *Profile) { p.Bad = 1.0 / 3600 })},
		{"errors at one an hour and restarts", usual(end, 2*day, func(p *Profile) { p.Bad, p.Uptime = 1.0/3600, 5*time.Hour })},
		{"restarts", usual(end, 7*day, func(p *Profile) { p.Uptime, p.Instances = 3*time.Hour, 6 })},
		{"restarts with downtime", usual(end, 7*day, func(p *Profile) { p.Uptime, p.Downtime = 3*time.Hour, 4*time.Minute })},
		{"service unreachable for 40 minutes", usual(end, 7*day, func(p *Profile) { p.Gaps = []Gap{gapBefore(end, false)} })},
		{"server down for 40 minutes", usual(end, 7*day, func(p *Profile) { p.Gaps = []Gap{gapBefore(end, true)} })},
		{"bursts of errors only", usual(end, 2*day, func(p *Profile) { p.Bad, p.Bursts = 0, bursts(end) })},
		{"old counters", usual(end, 2*day, func(p *Profile) { p.Already = 5_000_000 })},
	}
}

func usual(end time.Time, length time.Duration, change func(*Profile)) Profile {
	p := Profile{
		Seed: 1, Metric: "requests_total", Job: "shop",
		Start: end.Add(-length), End: end,
		Instances: 3, Good: 2, Bad: 0.02, Daily: 0.6,
		Interval: 30 * time.Second,
	}
	change(&p)
	return p
}

func gapBefore(end time.Time, server bool) Gap {
	from := end.Add(-30*time.Hour - 7*time.Minute)
	return Gap{From: from, To: from.Add(40 * time.Minute), Server: server}
}

func bursts(end time.Time) []Burst {
	var all []Burst
	for hours := 5; hours < 45; hours += 13 {
		from := end.Add(-time.Duration(hours) * time.Hour)
		all = append(all, Burst{From: from, To: from.Add(17 * time.Minute), Bad: 1})
	}
	return all
}
