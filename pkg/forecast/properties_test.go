package forecast_test

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget/budgettest"
	"github.com/promise-slo/promise-slo-datasource/pkg/forecast"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// drawing is an account whose steps a test may change.
type drawing struct {
	step       time.Duration
	bad, total []float64
}

func (d drawing) curve() *budgettest.Curve {
	return budgettest.NewCurve(t0, d.step, d.bad, d.total, nil)
}

// end returns when the account ends.
func (d drawing) end() time.Time { return t0.Add(time.Duration(len(d.bad)) * d.step) }

// halved returns the account in steps of half the length.
func (d drawing) halved() drawing {
	s := drawing{step: d.step / 2}
	for i := range d.bad {
		s.bad, s.total = append(s.bad, d.bad[i]/2, d.bad[i]/2), append(s.total, d.total[i]/2, d.total[i]/2)
	}
	return s
}

// drawAccount draws an account of hours to months: traffic by day, background errors,
// and outages.
func drawAccount(t *rapid.T) drawing {
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	d := drawing{step: 20 * time.Minute}
	traffic := rapid.SampledFrom([]float64{0.3, 20, 3000}).Draw(t, "traffic")
	background := rapid.SampledFrom([]float64{0, 0.0001, 0.002}).Draw(t, "background")
	outage := 0.
	for i := range rapid.IntRange(3, 90*72).Draw(t, "steps") {
		if rng.Float64() < 0.002 {
			outage = rng.Float64()
		}
		if rng.Float64() < 0.1 {
			outage = 0
		}
		total := poisson(rng, traffic*(1.2+math.Sin(float64(i)/72*2*math.Pi)))
		d.total = append(d.total, total)
		d.bad = append(d.bad, min(total, poisson(rng, total*(background+outage))))
	}
	return d
}

func drawTerms(t *rapid.T) budget.Terms {
	return terms(rapid.SampledFrom([]float64{0.9, 0.99, 0.9995}).Draw(t, "target"), rapid.SampledFrom([]slo.Window{
		monthly, rolling,
		{Period: slo.Period{Count: 7, Unit: slo.Day}},
		{Period: slo.Period{Count: 1, Unit: slo.Day}, Calendar: true, Anchor: t0},
		{Period: slo.Period{Count: 1, Unit: slo.Quarter}, Calendar: true, Anchor: t0},
		{Period: slo.Period{Count: 2, Unit: slo.Hour}},
		{Period: slo.Period{Count: 1, Unit: slo.Year}},
	}).Draw(t, "window"))
}

var few = forecast.Options{Paths: 60}

func TestForecastsAreInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, terms := drawAccount(t), drawTerms(t)
		f := forecast.New(d.curve(), terms, d.end(), few)
		if f.Basis.History == 0 {
			if f.Basis.Notice == "" || f.Chances.Window.OK() || f.Band(d.end()).P50.OK() || f.ChanceKept([]float64{0.9})[0].OK() {
				t.Fatalf("nothing is known, but %+v", f)
			}
			return
		}
		for i := range 50 {
			at := f.Now.Add(f.End.Sub(f.Now) * time.Duration(i) / 49)
			b := f.Band(at)
			low, ok1 := b.P10.Get()
			middle, ok2 := b.P50.Get()
			high, ok3 := b.P90.Get()
			if !ok1 || !ok2 || !ok3 || !(low <= middle && middle <= high && high <= 1+1e-9) {
				t.Fatalf("bands at %s: %v", at, b)
			}
		}
		last := 0.
		for _, chance := range []budget.Value{f.Chances.Day, f.Chances.Week, f.Chances.Window} {
			if v, ok := chance.Get(); !ok || !(v >= last && v <= 1 && v > 0) {
				t.Fatalf("chances %+v", f.Chances)
			}
			last = chance.Or(0)
		}
		checkDates(t, f)
		checkKept(t, f)
	})
}

func checkDates(t *rapid.T, f *forecast.Forecast) {
	last := f.Now
	for _, at := range []*time.Time{f.Dates.P10, f.Dates.P50, f.Dates.P90} {
		if at == nil {
			last = f.End.Add(time.Hour)
			continue
		}
		if at.Before(last) || at.After(f.End.Add(time.Second)) {
			t.Fatalf("dates %+v of a forecast from %s to %s", f.Dates, f.Now, f.End)
		}
		last = *at
	}
	if (f.Dates.P50 != nil) != (f.Chances.Window.Or(0) > 0.5) && math.Abs(f.Chances.Window.Or(0)-0.5) > 0.02 {
		t.Fatalf("dates %+v, chances %+v", f.Dates, f.Chances)
	}
}

func checkKept(t *rapid.T, f *forecast.Forecast) {
	targets := []float64{0, 0.5, 0.9, 0.99, 0.999, 0.9999, 1, -1, math.NaN()}
	kept := f.ChanceKept(targets)
	for i, v := range kept[:6] {
		if p, ok := v.Get(); !ok || p <= 0 || p >= 1 || i > 0 && p > kept[i-1].Or(0) {
			t.Fatalf("chances %v of keeping %v", kept, targets)
		}
	}
	if kept[6].OK() || kept[7].OK() || kept[8].OK() {
		t.Fatalf("impossible targets have chances: %v", kept)
	}
}

func TestForecastsAreTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, terms := drawAccount(t), drawTerms(t)
		f := forecast.New(d.curve(), terms, d.end(), few)
		if again := forecast.New(d.curve(), terms, d.end(), few); !same(f, again, 0) {
			t.Fatal("the same account has another forecast")
		}
		if terms.Window.Period.Unit == slo.Hour {
			return // its cells are steps
		}
		if halved := forecast.New(d.halved().curve(), terms, d.end(), few); !same(f, halved, 1e-6) {
			t.Fatalf("split steps have another forecast: %+v, %+v", f.Chances, halved.Chances)
		}
	})
}

func TestForecastsDoNotLookAhead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, terms := drawAccount(t), drawTerms(t)
		n := rapid.IntRange(1, len(d.bad)).Draw(t, "known")
		now := t0.Add(time.Duration(n)*d.step + d.step/2)
		other := drawing{d.step, append([]float64(nil), d.bad...), append([]float64(nil), d.total...)}
		for i := n; i < len(d.bad); i++ {
			other.bad[i], other.total[i] = 70, 100
		}
		f := forecast.New(forecast.Until(d.curve(), now), terms, now, few)
		if g := forecast.New(forecast.Until(other.curve(), now), terms, now, few); !same(f, g, 0) {
			t.Fatal("another future makes another forecast")
		}
		short := drawing{d.step, d.bad[:n], d.total[:n]}
		if g := forecast.New(short.curve(), terms, now, few); !same(f, g, 1e-9) {
			t.Fatal("an account that ends has another forecast than one that is cut off")
		}
	})
}

// same reports whether two forecasts are the same but for rounding.
func same(f, g *forecast.Forecast, rounding float64) bool {
	if rounding == 0 && !(reflect.DeepEqual(f.Chances, g.Chances) && reflect.DeepEqual(f.Dates, g.Dates) && f.Basis == g.Basis) {
		return false
	}
	near := func(a, b budget.Value) bool {
		return a.OK() == b.OK() && math.Abs(a.Or(0)-b.Or(0)) <= rounding*(1+math.Abs(a.Or(0)))
	}
	for i := range 20 {
		at := f.Now.Add(f.End.Sub(f.Now) * time.Duration(i) / 19)
		if a, b := f.Band(at), g.Band(at); !near(a.P10, b.P10) || !near(a.P50, b.P50) || !near(a.P90, b.P90) {
			return false
		}
	}
	return near(f.Chances.Day, g.Chances.Day) && near(f.Chances.Window, g.Chances.Window)
}
