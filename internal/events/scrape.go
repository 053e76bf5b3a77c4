package events

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
)

// scrape describes an attempt to scrape an instance.
type scrape struct {
	millis int64
	// A failed scrape ends all series of the instance.
	failed bool
}

// life is the time (from, to] in milliseconds from an instance's start to its end.
// Both are times of scrapes, or the end of a downtime.
type life struct{ from, to int64 }

// lives lists lives in order.
type lives []life

func (l life) within(b Burst) life {
	return life{max(l.from, b.From.UnixMilli()), min(l.to, b.To.UnixMilli())}
}

// schedule returns all scrapes that the server attempts.
func schedule(p Profile, n int, random *rand.Rand) []scrape {
	offset := p.Interval * time.Duration(n) / time.Duration(p.Instances)
	var scrapes []scrape
	for at := p.Start.Add(offset); !at.Add(p.Jitter).After(p.End); at = at.Add(p.Interval) {
		millis := at.UnixMilli() + random.Int64N(p.Jitter.Milliseconds()+1)
		gap := gapAt(p.Gaps, millis)
		if gap == nil || !gap.Server {
			scrapes = append(scrapes, scrape{millis, gap != nil})
		}
	}
	return scrapes
}

// drawLives divides the time from the first to the last successful scrape into
// lives. All of them end with a successful scrape, so that every event is in some
// sample.
func drawLives(p Profile, scrapes []scrape, random *rand.Rand) []life {
	successes := slices.DeleteFunc(slices.Clone(scrapes), func(s scrape) bool { return s.failed })
	if len(successes) == 0 {
		return nil
	}
	last := successes[len(successes)-1].millis
	var lives []life
	for from := successes[0].millis; from < last; {
		end := drawRestart(p, successes, from, random)
		lives = append(lives, life{from, end})
		from = end + p.Downtime.Milliseconds()
	}
	return lives
}

// drawRestart returns the time of the scrape after which an instance that started
// at from restarts: after half to one and a half of its usual uptime.
func drawRestart(p Profile, successes []scrape, from int64, random *rand.Rand) int64 {
	if p.Uptime <= 0 {
		return successes[len(successes)-1].millis
	}
	due := from + int64(float64(p.Uptime.Milliseconds())*(0.5+random.Float64()))
	i, _ := slices.BinarySearchFunc(successes, due, func(s scrape, t int64) int { return int(s.millis - t) })
	return successes[min(i, len(successes)-1)].millis
}

// samples returns the counter of events at the given times as the server has it,
// including staleness markers.
func (i instance) samples(times []int64, already int, fromZero bool) []prometheus.Sample {
	var samples []prometheus.Sample
	present := false
	for _, s := range i.scrapes {
		n, alive := i.value(times, s.millis, already)
		exists := alive && !s.failed && (n > 0 || fromZero)
		switch {
		case exists:
			samples = append(samples, prometheus.Sample{Millis: s.millis, Value: n})
		case present:
			samples = append(samples, prometheus.Stale(time.UnixMilli(s.millis)))
		}
		present = exists
	}
	return samples
}

// value returns the counter's value; alive is false while the instance is down.
func (i instance) value(times []int64, millis int64, already int) (n float64, alive bool) {
	l := i.lives.at(millis)
	if l < 0 {
		return math.NaN(), false
	}
	count := between(times, i.lives[l].from, millis)
	if l == 0 {
		count += already
	}
	return float64(count), true
}

// at returns the index of the life that a scrape sees, -1 if there is none. The
// first life includes its first scrape.
func (ls lives) at(millis int64) int {
	n, _ := slices.BinarySearchFunc(ls, millis, func(l life, t int64) int { return int(l.to - t) })
	if n == len(ls) || millis < ls[n].from || (n > 0 && millis == ls[n].from) {
		return -1
	}
	return n
}
