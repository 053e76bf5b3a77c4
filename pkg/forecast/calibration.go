package forecast

import (
	"math"
	"slices"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// Calibration describes how forecasts of the same account did that were made at past
// times, by what was known then, and compared with what came.
type Calibration struct {
	// Number of past forecasts, and of windows that lie end to end in the time they
	// cover.
	Forecasts int     `json:"forecasts"`
	Windows   float64 `json:"windows"`
	// Share of the outcomes that lay in the 80 % band, a week ahead and at the end of
	// the window, of so many.
	Inside   budget.Value `json:"inside"`
	Outcomes int          `json:"outcomes"`
	// Number of chances of a miss whose window is over, without those of windows that
	// were already missed, and of the misses among them.
	Chances int `json:"chances"`
	Misses  int `json:"misses"`
	// Mean squared error of the chance of a miss.
	Brier budget.Value `json:"brier"`
	// By what share that is better than the error of the base rate up to then, and of
	// straight extrapolation; below 0 if it is worse. Missing where all windows went
	// alike, so that there is nothing to tell apart.
	SkillBase     budget.Value `json:"skillBase"`
	SkillStraight budget.Value `json:"skillStraight"`
	// Enough reports whether there are enough outcomes to say anything.
	Enough bool `json:"enough"`
	// Sentence on why not, empty if there are.
	Notice string `json:"notice,omitempty"`
}

const (
	// mostForecasts bounds how many forecasts a calibration makes.
	mostForecasts = 40
	// calibrationPaths is how many paths each has.
	calibrationPaths = 150
	// enoughOutcomes and enoughWindows are needed to say anything.
	enoughOutcomes, enoughWindows = 20, 2
)

// Calibrate makes the forecasts of an account again at past times, and compares them
// with what came. None of them knows what came after its time.
func Calibrate(a budget.Account, t budget.Terms, now time.Time, o Options) Calibration {
	e := budget.At(a, t, now, budget.Options{})
	if !e.Known() {
		return Calibration{Notice: unknown.Notice}
	}
	o = o.withDefaults()
	h := newHistory(a, e.Fresh(), cellOf(a, t, now), o.length(t, now))
	c := calibrator{account: a, terms: t, history: h, paths: min(o.Paths, calibrationPaths)}
	for _, made := range c.times() {
		c.addForecast(made)
	}
	return c.calibration()
}

// calibrator makes past forecasts, the oldest first.
type calibrator struct {
	account budget.Account
	terms   budget.Terms
	history *history
	paths   int

	forecasts, outcomes, inside int
	compared                    []comparison
	// Cells of the history at which the first forecast was made, and the last outcome
	// came.
	first, last float64
}

// comparison describes the chance of a miss that was forecast, and what came: 1 for a miss,
// or 0.
type comparison struct {
	// Cells of the history at which it was made, and at which its window ended.
	made, ended      float64
	chance, straight float64
	missed           float64
}

// times returns the cells of the history at which forecasts are made: evenly from
// when there was enough history up to where outcomes are known a week or a window
// ahead.
func (c *calibrator) times() []int {
	start, end := c.terms.Window.At(c.history.end)
	from := int(leastHistory / c.history.cell)
	to := c.history.cells() - int(min(week, end.Sub(start))/c.history.cell)
	var times []int
	for i := range mostForecasts {
		made := from + (to-from)*i/(mostForecasts-1)
		if made >= from && made <= to && (i == 0 || made > times[len(times)-1]) {
			times = append(times, made)
		}
	}
	return times
}

// addForecast makes a forecast at a cell of the history and compares it, unless nothing
// was known then.
func (c *calibrator) addForecast(made int) {
	past := c.history.before(c.history.cells() - made)
	e := budget.At(Until(c.account, past.end), c.terms, past.end, budget.Options{})
	if !e.Known() {
		return
	}
	m, o := newModel(c.account, c.terms, past), newOutlook(c.account, c.terms, past.end, past)
	ahead := c.ahead(o, made)
	if len(ahead) == 0 {
		return
	}
	if c.forecasts++; c.forecasts == 1 {
		c.first = float64(made)
	}
	truth := c.truth(made, o.horizon())
	left, ends := m.simulate(o, ahead, c.paths)
	for j, x := range ahead {
		c.compare(left[j], o.remaining(truth, x))
		c.last = max(c.last, float64(made)+x)
	}
	if over := ahead[len(ahead)-1] == o.cells; over && e.Budget().Remaining.Or(1) > 0 {
		c.compared = append(c.compared, comparison{
			made: float64(made), ended: float64(made) + o.cells,
			chance: chanceWithin(ends, o.cells).Or(0), missed: certainty(o.exhaustion(truth)),
			straight: certainty(o.exhaustion(m.straight(o))),
		})
	}
}

// ahead returns after how many cells the outcomes of a forecast are compared: a week,
// and the end of the window, as far as they are known.
func (c *calibrator) ahead(o *outlook, made int) []float64 {
	var ahead []float64
	for _, x := range []float64{float64(c.history.perWeek()), o.cells} {
		if x <= float64(c.history.cells()-made) && x <= o.cells && x > 0 && (len(ahead) == 0 || x > ahead[0]) {
			ahead = append(ahead, x)
		}
	}
	return ahead
}

// truth returns the path on which things went.
func (c *calibrator) truth(made, cells int) path {
	p := path{bad: make([]float64, cells+1), total: make([]float64, cells+1)}
	for k := range p.bad {
		i := min(made+k, c.history.cells())
		p.bad[k] = c.history.sumBad[i] - c.history.sumBad[made]
		p.total[k] = c.history.sumTotal[i] - c.history.sumTotal[made]
	}
	return p
}

// compare counts an outcome, and whether it lies in the band.
func (c *calibrator) compare(left []float64, truth float64) {
	const rounding = 1e-9
	slices.Sort(left)
	c.outcomes++
	if truth >= quantile(left, 0.1)-rounding && truth <= quantile(left, 0.9)+rounding {
		c.inside++
	}
}

// certainty returns 1 if a budget is exhausted after a finite number of cells.
func certainty(exhausted float64) float64 {
	if math.IsInf(exhausted, 1) {
		return 0
	}
	return 1
}

// calibration returns how the forecasts did.
func (c *calibrator) calibration() Calibration {
	r := Calibration{Forecasts: c.forecasts, Outcomes: c.outcomes, Chances: len(c.compared)}
	if c.outcomes > 0 {
		r.Inside = budget.Some(float64(c.inside) / float64(c.outcomes))
		start, end := c.terms.Window.At(c.history.end)
		r.Windows = (c.last - c.first) * float64(c.history.cell) / float64(end.Sub(start))
	}
	errors := [3]mean{}
	for _, t := range c.compared {
		r.Misses += int(t.missed)
		for i, p := range []float64{t.chance, c.baseRate(t.made), t.straight} {
			errors[i].add((p - t.missed) * (p - t.missed))
		}
	}
	if len(c.compared) > 0 {
		r.Brier = budget.Some(errors[0].of())
	}
	if r.Misses > 0 && r.Misses < r.Chances {
		r.SkillBase, r.SkillStraight = skill(errors[0], errors[1]), skill(errors[0], errors[2])
	}
	if r.Enough = r.Outcomes >= enoughOutcomes && r.Windows >= enoughWindows; !r.Enough {
		r.Notice = "Too few past forecasts to say how good this one is"
	}
	return r
}

// baseRate returns the share of the windows that were over at a cell which were
// missed, a half if none was.
func (c *calibrator) baseRate(made float64) float64 {
	const half = 0.5
	m := mean{sum: half, n: 2 * half}
	for _, t := range c.compared {
		if t.ended <= made {
			m.add(t.missed)
		}
	}
	return m.of()
}

// skill returns by what share errors are less than others.
func skill(errors, others mean) budget.Value {
	if others.sum <= 0 {
		return budget.Value{}
	}
	return budget.Some(1 - errors.sum/others.sum)
}
