package forecast_test

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget/budgettest"
)

const (
	simulatedStep = 10 * time.Minute
	stepsPerDay   = 144
	simulatedDays = 720
)

// service simulates one kind of service: the events of every step, and the error
// ratio of each.
type service struct {
	name   string
	target float64
	// simulate returns the account of one service of the kind.
	simulate func(rng *rand.Rand, allowed float64) (traffic, ratio []float64)
}

// alwaysKept names the services of which there is nothing to know.
const alwaysKept = "hardly an error"

func simulatedServices() []service {
	return []service{
		{"steady noise", 0.999, steadyNoise},
		{"daily waves", 0.999, dailyWaves},
		{"rare long outages", 0.995, rareOutages},
		{"frequent short outages", 0.995, frequentOutages},
		{"leaks that begin", 0.999, leaks},
		{"errors after weekly deploys", 0.999, weeklyDeploys},
		{"growth of traffic", 0.999, growth},
		{"quiet services", 0.99, quiet},
		{alwaysKept, 0.999, flawless},
	}
}

// account draws the events of a service by its seed.
func (s service) account(seed uint64) *budgettest.Curve {
	rng := rand.New(rand.NewPCG(seed, uint64(len(s.name))))
	traffic, ratio := s.simulate(rng, 1-s.target)
	bad, total := make([]float64, len(traffic)), make([]float64, len(traffic))
	for i := range traffic {
		total[i] = poisson(rng, traffic[i])
		bad[i] = min(poisson(rng, total[i]*ratio[i]), total[i])
	}
	return budgettest.NewCurve(t0, simulatedStep, bad, total, nil)
}

func poisson(rng *rand.Rand, mean float64) float64 {
	if mean > 16 {
		return max(0, math.Round(mean+math.Sqrt(mean)*rng.NormFloat64()))
	}
	n, p, limit := 0., rng.Float64(), math.Exp(-mean)
	for p > limit {
		p *= rng.Float64()
		n++
	}
	return n
}

// steps returns a number for every step.
func steps(of func(i int) float64) []float64 {
	x := make([]float64, simulatedDays*stepsPerDay)
	for i := range x {
		x[i] = of(i)
	}
	return x
}

func constant(x float64) []float64 { return steps(func(int) float64 { return x }) }

// uniform returns a number between two.
func uniform(rng *rand.Rand, least, most float64) float64 { return least + (most-least)*rng.Float64() }

// wave returns the traffic of a step by day and night, and on weekends.
func wave(mean float64) func(i int) float64 {
	return func(i int) float64 {
		x := mean * (1 - 0.7*math.Cos(2*math.Pi*float64(i%stepsPerDay)/stepsPerDay))
		if i/stepsPerDay%7 >= 5 {
			x *= 0.5
		}
		return x
	}
}

// outages adds error ratios to steps: one after another, with mean gaps in days,
// hours by a log-normal distribution.
func outages(rng *rand.Rand, ratio []float64, gap, hours, spread float64, height func() float64) {
	for at := rng.ExpFloat64() * gap * stepsPerDay; int(at) < len(ratio); at += rng.ExpFloat64() * gap * stepsPerDay {
		length := hours * math.Exp(spread*rng.NormFloat64()) * stepsPerDay / 24
		h := height()
		for end := at + length; at < end && int(at) < len(ratio); at++ {
			ratio[int(at)] = min(1, ratio[int(at)]+h*min(1, end-at))
		}
	}
}

func steadyNoise(rng *rand.Rand, allowed float64) (traffic, ratio []float64) {
	return constant(50), constant(allowed * uniform(rng, 0.8, 1.2))
}

func dailyWaves(rng *rand.Rand, allowed float64) (traffic, ratio []float64) {
	level := allowed * uniform(rng, 0.6, 1)
	load := wave(1)
	return steps(wave(uniform(rng, 50, 500))), steps(func(i int) float64 { return level * load(i) })
}

func rareOutages(rng *rand.Rand, allowed float64) (traffic, ratio []float64) {
	ratio = constant(allowed * 0.1)
	outages(rng, ratio, 30, 1.5, 1, func() float64 { return uniform(rng, 0.4, 1) })
	return steps(wave(200)), ratio
}

func frequentOutages(rng *rand.Rand, allowed float64) (traffic, ratio []float64) {
	ratio = constant(allowed * 0.1)
	outages(rng, ratio, 1/uniform(rng, 0.6, 1.4), 0.25, 0.7, func() float64 { return uniform(rng, 0.1, 0.7) })
	return steps(wave(200)), ratio
}

func leaks(rng *rand.Rand, allowed float64) (traffic, ratio []float64) {
	ratio = constant(allowed * 0.3)
	outages(rng, ratio, 40, 8*24, 0.8, func() float64 { return allowed * uniform(rng, 1, 4) })
	return steps(wave(300)), ratio
}

func weeklyDeploys(rng *rand.Rand, allowed float64) (traffic, ratio []float64) {
	ratio = constant(allowed * 0.2)
	usual := uniform(rng, 0.3, 0.8) * allowed * 7 * 24
	for start := (24 + 10) * stepsPerDay / 24; start < len(ratio); start += 7 * stepsPerDay {
		hours := 1 + rng.IntN(3)
		size := usual * math.Exp(0.6*rng.NormFloat64()) / float64(hours)
		for i := start; i < min(start+hours*stepsPerDay/24, len(ratio)); i++ {
			ratio[i] = min(1, ratio[i]+size)
		}
	}
	return steps(wave(200)), ratio
}

func growth(rng *rand.Rand, allowed float64) (traffic, ratio []float64) {
	ratio = constant(allowed * uniform(rng, 0.3, 1))
	outages(rng, ratio, 8, 0.5, 0.7, func() float64 { return uniform(rng, 20, 120) * allowed })
	weekly := uniform(rng, 0.01, 0.05)
	load := wave(100)
	return steps(func(i int) float64 { return load(i) * math.Exp(weekly*float64(i)/stepsPerDay/7) }), ratio
}

func quiet(rng *rand.Rand, allowed float64) (traffic, ratio []float64) {
	return steps(wave(uniform(rng, 0.5, 1.5))), constant(allowed * uniform(rng, 0.6, 1.2))
}

func flawless(rng *rand.Rand, allowed float64) (traffic, ratio []float64) {
	return steps(wave(uniform(rng, 20, 200))), constant(allowed * 0.01)
}
