package forecast

import (
	"math"
	"math/rand/v2"
)

// pool is the history from which a path takes its rates, in units that end with the
// history; the latest comes first.
type pool struct {
	cells int
	// Cells of a unit, and the number of whole units.
	length, units int
	// Chance that the unit which came next in the history comes next in a path.
	follow float64
	// How much each unit counts, how much of it after each other, and how much of it
	// after now.
	weight  []float64
	matches [][]float64
	now     []float64
}

const (
	// weeksForWeeks is how many weeks of history are needed to take whole weeks.
	weeksForWeeks = 5
	// halfLife is the age at which a unit counts half, in weeks.
	halfLife = 26
	// followDay and followWeek are the chances to follow.
	followDay, followWeek = 0.6, 0.2
	// repeat is how often the worst unit counts: what has been once may be luck.
	repeat = 2
	// kin is the difference of logarithms of rates at which units match little.
	kin = 0.7
	// stranger is how much units count that do not match at all.
	stranger = 0.1
)

// newPool returns the pool of rates. What comes after the episodes that go on now
// matches what was before them.
func newPool(r *rates, goingOn []*episode) *pool {
	p := &pool{cells: r.cells(), length: 7 * r.day, follow: followWeek}
	if p.cells < weeksForWeeks*7*r.day {
		p.length, p.follow = min(r.day, p.cells), followDay
	}
	p.units = p.cells / p.length
	p.weigh(r)
	now := p.cells
	if len(goingOn) > 0 {
		now -= int(goingOn[0].age)
	}
	p.match(r, now)
	return p
}

// end returns the cell at which a unit ends.
func (p *pool) end(unit int) int { return p.cells - unit*p.length }

// weigh fills in how much units count: less with age, and the worst more.
func (p *pool) weigh(r *rates) {
	decay := float64(p.length) / float64(7*r.day) / halfLife
	p.weight = make([]float64, p.units)
	worst, most := 0, 0.
	for u := range p.weight {
		p.weight[u] = math.Exp2(-float64(u) * decay)
		if rate := r.mean(p.end(u)-p.length, p.end(u)); rate > most {
			worst, most = u, rate
		}
	}
	p.weight[worst] *= repeat
}

// match fills in how well each unit goes on after another, and after a cell: by how much
// the last two days before it were like those.
func (p *pool) match(r *rates, now int) {
	length := min(2*r.day, p.length)
	before := func(end int) float64 {
		end = max(end, length)
		return math.Log(r.mean(end-length, end) + r.usual/2)
	}
	after := func(end int) []float64 {
		all := make([]float64, p.units)
		for u := range all {
			all[u] = likeness(before(end), before(p.end(u+1)))
		}
		return all
	}
	p.now = after(now)
	for u := range p.units {
		p.matches = append(p.matches, after(p.end(u)))
	}
}

// likeness returns how much two rates are alike, by their logarithms.
func likeness(a, b float64) float64 {
	d := (a - b) / kin
	if a == b {
		d = 0
	}
	return stranger + (1-stranger)*math.Exp(-d*d/2)
}

// draw says how often the units of a pool come in one path: it is drawn from what the
// history leaves possible.
type draw struct {
	*pool
	rng    *rand.Rand
	weight []float64
	unit   int
}

// newDraw returns a draw. Weights vary as those of the Bayesian bootstrap, and more,
// since units that match follow each other.
func (p *pool) newDraw(rng *rand.Rand, weight []float64) draw {
	for u := range weight {
		x := rng.ExpFloat64()
		weight[u] = p.weight[u] * x * x
	}
	d := draw{pool: p, rng: rng, weight: weight}
	d.pick(p.now)
	return d
}

// pick takes a unit by how well each matches.
func (d *draw) pick(matches []float64) {
	sum := 0.
	for u, x := range d.weight {
		sum += x * matches[u]
	}
	x := d.rng.Float64() * sum
	for u := range d.weight {
		if x -= d.weight[u] * matches[u]; x <= 0 {
			d.unit = u
			return
		}
	}
}

// next takes the unit that followed, or another one.
func (d *draw) next() {
	if d.unit > 0 && d.rng.Float64() < d.follow {
		d.unit--
		return
	}
	d.pick(d.matches[d.unit])
}

// start returns the cell of the history at which the unit begins.
func (d *draw) start() int { return d.end(d.unit) - d.length }
