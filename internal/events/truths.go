package events

import (
	"fmt"
	"time"
)

// Truths returns profiles that each make it hard, in its own way, to count events
// from counters, for 31 days up to end. Their metrics are truth0_total,
// truth1_total and so on.
func Truths(end time.Time) []Case {
	var all []Case
	add := func(name string, change func(*Profile)) {
		p := Profile{
			Seed: uint64(len(all) + 1), Metric: fmt.Sprintf("truth%d_total", len(all)), Job: "shop",
			Start: end.Add(-31 * day), End: end,
			Instances: 3, Good: 2, Bad: 0.02, Daily: 0.6,
			Interval: 30 * time.Second, Jitter: 5 * time.Millisecond,
		}
		change(&p)
		all = append(all, Case{Name: name, Profile: p})
	}
	const hourly = 1.0 / 3600
	gaps := func(server bool) []Gap { return []Gap{gapBefore(end, server)} }
	add("dense, every 15 s", func(p *Profile) { p.Interval = 15 * time.Second })
	add("dense, every 30 s", func(*Profile) {})
	add("dense, every 60 s", func(p *Profile) { p.Interval = time.Minute })
	add("an error an hour", func(p *Profile) { p.Bad = hourly })
	add("an error an hour, every 60 s", func(p *Profile) { p.Bad, p.Interval = hourly, time.Minute })
	add("restarts every 3 h", func(p *Profile) { p.Uptime, p.Instances = 3*time.Hour, 6 })
	add("restarts every 3 h, every 60 s", func(p *Profile) { p.Uptime, p.Interval = 3*time.Hour, time.Minute })
	add("restarts with 4 min down", func(p *Profile) { p.Uptime, p.Downtime = 3*time.Hour, 4*time.Minute })
	add("an error an hour, restarts every 3 h", func(p *Profile) { p.Bad, p.Uptime = hourly, 3*time.Hour })
	add("the same from zero", func(p *Profile) { p.Bad, p.Uptime, p.BadFromZero = hourly, 3*time.Hour, true })
	add("service unreachable for 40 min", func(p *Profile) { p.Gaps = gaps(false) })
	add("server down for 40 min", func(p *Profile) { p.Gaps = gaps(true) })
	add("an error an hour, server down", func(p *Profile) { p.Bad, p.Gaps = hourly, gaps(true) })
	add("old counters", func(p *Profile) { p.Already = 5_000_000 })
	return all
}
