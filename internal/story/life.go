package story

import (
	"fmt"
	"time"
)

// life spans the time from an instance's start to its end.
type life struct {
	job, instance string
	from, to      time.Time
}

// downtime says how long an instance is down during a deploy.
const downtime = 90 * time.Second

// lives returns the lives of one instance between deploys. Every other deploy
// restarts instances in place; the others replace them by new ones.
func (s service) lives(from, until, now time.Time, instance int) []life {
	every := time.Duration(s.deploys * float64(day))
	deploy := now.Add(-every / 3).Truncate(10 * time.Minute).Add(time.Duration(instance) * 4 * time.Minute)
	generation := 1000
	for deploy.After(from) {
		deploy = deploy.Add(-every)
		generation--
	}
	var all []life
	for start := from; start.Before(until); generation++ {
		deploy = deploy.Add(every)
		name := fmt.Sprintf("%s-%d-%d", s.job, generation/2, instance)
		all = append(all, life{s.job, name, start, earlier(deploy, until)})
		start = deploy.Add(downtime)
	}
	return all
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
