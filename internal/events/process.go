package events

import (
	"math/rand/v2"
	"slices"
	"time"
)

// usualSwing is the swing of all processes over a day.
const usualSwing = swing(0.5)

// process is a target with the events of its counters.
type process struct {
	Target
	lives lives
	// Times of each counter's events in milliseconds, sorted.
	times [][]int64
}

func newProcess(t Target, random *rand.Rand) *process {
	p := &process{Target: t, lives: t.lives(random)}
	for _, c := range t.Counters {
		p.times = append(p.times, c.draw(p.lives, random))
	}
	return p
}

// lives returns random times at which the process runs.
func (t Target) lives(random *rand.Rand) lives {
	var all lives
	for from := t.From; from.Before(t.To); {
		to := t.Restarts.next(from, t.To, random)
		all = append(all, life{from.UnixMilli(), to.UnixMilli()})
		from = to.Add(t.Restarts.Down)
	}
	return all
}

// next returns the first restart after from, or the end: after half to one and a
// half of the usual time.
func (r Restarts) next(from, end time.Time, random *rand.Rand) time.Time {
	if r.Every > 0 {
		usual := time.Duration(float64(r.Every) * (0.5 + random.Float64()))
		end = earliest(end, from.Add(usual.Truncate(time.Millisecond)))
	}
	for _, at := range r.At {
		if at.After(from) {
			end = earliest(end, at)
		}
	}
	return end
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// draw returns random events of the counter.
func (c Counter) draw(running lives, random *rand.Rand) []int64 {
	var times []int64
	for _, l := range running {
		times = append(times, usualSwing.poisson(c.Rate, l, random)...)
	}
	for _, j := range c.Jumps {
		if running.at(j.At.UnixMilli()) >= 0 {
			times = append(times, slices.Repeat([]int64{j.At.UnixMilli()}, j.Events)...)
		}
	}
	slices.Sort(times)
	return times
}

// value returns the counter's value in the life that a time falls into.
func (p *process) value(counter int, millis int64) (value float64, in int) {
	in = p.lives.at(millis)
	if in < 0 {
		return 0, in
	}
	n := between(p.times[counter], p.lives[in].from, millis)
	if in == 0 {
		n += p.Counters[counter].Already
	}
	return float64(n), in
}

// expose reports whether the process shows a counter of that value at a time.
func (c Counter) expose(value float64, millis int64) bool {
	return (value > 0 || c.FromZero) && gapAt(c.Hidden, millis) == nil
}
