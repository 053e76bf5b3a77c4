package events

import (
	"math"
	"math/rand/v2"
)

// swing says how far rates go up and down around their means over a day, 0 to 1.
type swing float64

// at returns the factor by which rates differ from their means at a time.
func (s swing) at(millis float64) float64 {
	return 1 + float64(s)*math.Sin(2*math.Pi*millis/float64(day.Milliseconds()))
}

// poisson returns random times of a Poisson process at a mean rate in events per
// second during a life, thinned (Lewis and Shedler 1979) to follow the day.
func (s swing) poisson(rate float64, l life, random *rand.Rand) []int64 {
	if rate <= 0 || l.to <= l.from {
		return nil
	}
	var times []int64
	most := 1 + float64(s)
	peak := rate * most / 1000
	for t := float64(l.from); ; {
		t += random.ExpFloat64() / peak
		if t >= float64(l.to) {
			return times
		}
		if random.Float64()*most < s.at(t) {
			times = append(times, int64(t)+1)
		}
	}
}
