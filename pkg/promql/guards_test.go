package promql

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

const (
	sumBad   = `sum(rate(r_total{code="500"}[{{.window}}]))`
	sumTotal = `sum(rate(r_total[{{.window}}]))`
)

// around are guards around a count that has no labels; %[1]s is the count.
var around = []string{
	`(%[1]s)`, `%[1]s > 0`, `%[1]s >= 0`, `%[1]s != 0`, `0 < %[1]s`, `%[1]s > -Inf`, `%[1]s < +Inf`, `%[1]s > -1`, `%[1]s > 1e-9`,
	`%[1]s or vector(0)`, `%[1]s or vector(1)`, `%[1]s or on() vector(0)`, `%[1]s or on() vector(1)`, `%[1]s or absent(nothing) * 0`,
	`%[1]s or up * 0`, `%[1]s or clamp_max(absent(nothing), 0)`, `%[1]s or label_replace(vector(0), "a", "b", "", "")`,
	`clamp_min(%[1]s, 0)`, `clamp_min(%[1]s, 1)`, `clamp_min(%[1]s, 1e-9)`, `clamp_min(%[1]s, -1)`, `clamp(%[1]s, 0, +Inf)`, `clamp_max(%[1]s, Inf)`,
	`%[1]s + 0`, `0 + %[1]s`, `%[1]s - 0`, `%[1]s + vector(0)`, `%[1]s * 1`, `%[1]s / 1`, `%[1]s + 1e-9`, `+%[1]s`, `-(-%[1]s)`,
	`%[1]s == %[1]s`, `%[1]s unless (%[1]s != %[1]s)`, `%[1]s unless (%[1]s == 0)`, `%[1]s and (%[1]s > 0)`, `%[1]s and %[1]s`,
	`%[1]s and on() (sum(rate(r_total[{{.window}}])) > 0)`, `%[1]s unless on() (sum(rate(r_total[{{.window}}])) == 0)`,
	`%[1]s + (%[1]s == bool 0)`, `sum(%[1]s)`, `sort(%[1]s)`, `abs(%[1]s)`, `sum(label_replace(%[1]s, "svc", "x", "", ""))`, `vector(scalar(%[1]s))`, `avg(%[1]s)`,
	`%[1]s * (sum(rate(r_total[{{.window}}])) > bool 0)`, `(sum(rate(r_total[{{.window}}])) != bool 0) * %[1]s`, `%[1]s * on() group_left() (sum(rate(r_total[{{.window}}])) > bool 0)`,
	`%[1]s * scalar(sum(rate(r_total[{{.window}}])) > bool 0)`, `%[1]s / (sum(rate(r_total[{{.window}}])) > bool 0)`, `%[1]s ^ 1`, `%[1]s * vector(1)`, `%[1]s - vector(0)`,
	`%[1]s * sgn(sum(rate(r_total[{{.window}}])))`, `%[1]s * (1 - (sum(rate(r_total[{{.window}}])) == bool 0))`, `%[1]s + 0 * sum(rate(r_total[{{.window}}]))`,
	`%[1]s ^ (sum(rate(r_total[{{.window}}])) > bool 0)`, `%[1]s * ((sum(rate(r_total[{{.window}}])) > bool 0) or vector(0))`, `%[1]s * (sum(rate(r_total[{{.window}}])) >= bool 0)`,
	`%[1]s * (sum(rate(r_total[{{.window}}])) / sum(rate(r_total[{{.window}}])))`, `%[1]s + (sum(rate(r_total[{{.window}}])) == bool 0)`, `%[1]s - (sum(rate(r_total[{{.window}}])) <= bool 0)`,
	`%[1]s * clamp((sum(rate(r_total[{{.window}}])) > bool 0), 0, 1)`, `sum(label_replace(label_replace(%[1]s, "svc", "x", "", ""), "svc", "y", "", ""))`,
}

// conditions hold only for some of the events of a count that is not a part of
// what they compare.
var conditions = []string{
	`%[1]s and on () (sum(rate(others[{{.window}}])) > 0)`, `%[1]s unless on () (sum(rate(others[{{.window}}])) == 0)`, `%[1]s and sum(rate(others[{{.window}}]))`,
	`%[1]s * (sum(rate(others[{{.window}}])) > bool 0)`, `(sum(rate(others[{{.window}}])) != bool 0) * %[1]s`,
	`%[1]s * sgn(sum(rate(others[{{.window}}])))`, `%[1]s + 0 * sum(rate(others[{{.window}}]))`, `%[1]s * scalar(sum(rate(others[{{.window}}])) > bool 0)`, `%[1]s / (sum(rate(others[{{.window}}])) > bool 0)`,
	`%[1]s + (sum(rate(others[{{.window}}])) == bool 0)`, `%[1]s * (sum(rate(r_total[{{.window}}])) > bool 100)`, `%[1]s * (sum(rate(r_total[{{.window}}])) == bool 1)`, `%[1]s + absent(others)`, `%[1]s + absent(others) * 0`,
	`%[1]s ^ 2`, `%[1]s ^ (sum(rate(others[{{.window}}])) > bool 0)`, `-(-%[1]s and on () sum(rate(others[{{.window}}])) > 0)`,
}

func TestConditionsAreNoGuards(t *testing.T) {
	for _, form := range conditions {
		for _, ind := range []slo.Indicator{
			bad(fmt.Sprintf(form, sumBad), sumTotal), bad(sumBad, fmt.Sprintf(form, sumTotal)), failureRatio("(" + fmt.Sprintf(form, sumBad) + ") / " + sumTotal),
			failureRatio(sumBad + " / (" + fmt.Sprintf(form, sumTotal) + ")"),
		} {
			if way := wayOf(Compile(ind)); way != "refused" && way != "estimate" {
				t.Errorf("%s: %s", form, way)
			}
		}
	}
}

// guard puts guards around a count or a ratio, one around the other.
func guard(forms []string, inner string, depth int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		guarded := inner
		for range rapid.IntRange(0, depth).Draw(t, "depth") {
			form := rapid.SampledFrom(forms).Draw(t, "guard")
			guarded = fmt.Sprintf(form, "("+guarded+")")
		}
		return guarded
	})
}

// aroundRatio are guards around an error ratio.
var aroundRatio = []string{
	`(%[1]s)`, `%[1]s > 0`, `%[1]s >= 0`, `%[1]s <= 1`, `%[1]s > -Inf`, `%[1]s < +Inf`, `%[1]s > 0 or vector(0)`, `%[1]s or vector(0)`, `%[1]s or vector(1)`, `%[1]s or on() vector(0)`,
	`clamp_min(%[1]s, 0)`, `clamp_max(%[1]s, 1)`, `clamp(%[1]s, 0, 1)`, `%[1]s + 0`, `%[1]s * 1`, `1 - (1 - %[1]s)`, `100 * %[1]s / 100`,
	`%[1]s == %[1]s`, `%[1]s unless (%[1]s != %[1]s)`, `%[1]s and (%[1]s >= 0)`, `%[1]s and on() (sum(rate(r_total[{{.window}}])) > 0)`,
	`%[1]s unless on() (sum(rate(r_total[{{.window}}])) == 0)`, `%[1]s != 1`, `round(%[1]s, 0.001)`, `sort(%[1]s)`, `sum(%[1]s)`, `vector(scalar(%[1]s))`,
	`sum(label_replace(%[1]s, "svc", "x", "", ""))`,
	`%[1]s * (sum(rate(r_total[{{.window}}])) > bool 0)`, `(sum(rate(r_total[{{.window}}])) > bool 0) * %[1]s`, `%[1]s / (sum(rate(r_total[{{.window}}])) > bool 0)`,
	`%[1]s * on() group_left() (sum(rate(r_total[{{.window}}])) != bool 0)`, `%[1]s * scalar(sum(rate(r_total[{{.window}}])) > bool 0)`, `%[1]s * sgn(sum(rate(r_total[{{.window}}])))`,
	`%[1]s ^ 1`, `(%[1]s) ^ (sum(rate(r_total[{{.window}}])) > bool 0)`, `%[1]s / 1`, `%[1]s - 0`, `%[1]s * vector(1)`, `%[1]s + 0 * sum(rate(r_total[{{.window}}]))`,
	`%[1]s + (sum(rate(r_total[{{.window}}])) == bool 0)`, `%[1]s * (1 - (sum(rate(r_total[{{.window}}])) == bool 0))`, `abs(%[1]s)`, `1 - abs(%[1]s - 1)`, `-(-%[1]s)`,
	`%[1]s * (sum(rate(r_total[{{.window}}])) / sum(rate(r_total[{{.window}}])))`, `%[1]s * ((sum(rate(r_total[{{.window}}])) > bool 0) or vector(1))`,
	`sum(label_replace(label_replace(%[1]s, "svc", "x", "", ""), "svc", "y", "", ""))`,
}

func fingerprintOf(t rapid.TB, ind slo.Indicator) string {
	plan, err := Compile(ind)
	if err != nil {
		t.Fatalf("%v", err)
	}
	if plan.Estimate != "" {
		t.Fatalf("an estimate: %s", plan.Estimate)
	}
	return plan.Fingerprint()
}

func TestEachGuardChangesNothing(t *testing.T) {
	plain := fingerprintOf(t, bad(sumBad, sumTotal))
	for _, form := range around {
		t.Run(form, func(t *testing.T) {
			if got := fingerprintOf(t, bad(fmt.Sprintf(form, sumBad), fmt.Sprintf(form, sumTotal))); got != plain {
				t.Error("the guard changes what is counted")
			}
			ratio := "(" + fmt.Sprintf(form, sumBad) + ") / (" + fmt.Sprintf(form, sumTotal) + ")"
			if fingerprintOf(t, failureRatio(ratio)) != plain {
				t.Error("the guard changes what a ratio counts")
			}
		})
	}
	for _, form := range aroundRatio {
		t.Run(form, func(t *testing.T) {
			if got := fingerprintOf(t, failureRatio(fmt.Sprintf(form, "("+sumBad+" / "+sumTotal+")"))); got != plain {
				t.Error("the guard changes what is counted")
			}
		})
	}
}

// Guards that say nothing about events that there are change no number, in
// whatever order they are nested.
func TestGuardsChangeNothing(t *testing.T) {
	plain := fingerprintOf(t, bad(sumBad, sumTotal))
	rapid.Check(t, func(t *rapid.T) {
		num, den := guard(around, sumBad, 4).Draw(t, "bad"), guard(around, sumTotal, 4).Draw(t, "total")
		if fingerprintOf(t, bad(num, den)) != plain {
			t.Fatalf("guards change what is counted")
		}
		ratio := guard(aroundRatio, "(("+num+") / ("+den+"))", 4).Draw(t, "ratio")
		if fingerprintOf(t, failureRatio(ratio)) != plain {
			t.Fatalf("guards change what a ratio counts")
		}
	})
}

// A condition stays one among guards: what it leaves is never taken for all events.
func TestConditionsAmongGuards(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		condition := fmt.Sprintf(rapid.SampledFrom(conditions).Draw(t, "condition"), "("+guard(around, sumBad, 2).Draw(t, "inside")+")")
		num := guard(around, "("+condition+")", 3).Draw(t, "outside")
		if way := wayOf(Compile(bad(num, sumTotal))); way == "exact" {
			t.Fatal("a condition is left out")
		}
		ratio := guard(aroundRatio, "(("+num+") / "+sumTotal+")", 2).Draw(t, "ratio")
		if way := wayOf(Compile(failureRatio(ratio))); way == "exact" {
			t.Fatal("a condition is left out of a ratio")
		}
	})
}

// onServer returns guards that leave a single series, of numbers of events in a window.
func onServer(forms []string) (kept []string) {
	for _, form := range forms {
		if !strings.Contains(form, "up * 0") && !strings.Contains(form, `label_replace(vector(0)`) {
			kept = append(kept, inWindows(form))
		}
	}
	return kept
}

// inWindows returns a query of the server's counters, in numbers of events.
func inWindows(query string) string {
	return strings.NewReplacer("rate(", "increase(", "r_total", "requests_total").Replace(query)
}

// On a server the author's own query, whatever guards it has, says while there are
// events what it says without them, and so do the counts.
func TestGuardsOnServer(t *testing.T) {
	s := newServer(t)
	one := func(values map[string]float64) float64 {
		if len(values) != 1 {
			s.t.Fatalf("%d series: %v", len(values), values)
		}
		return values["{}"]
	}
	value := func(query string) float64 { return one(s.author(query, nil)) }
	sumBad, sumTotal := inWindows(sumBad), inWindows(sumTotal)
	wantBad, wantTotal := value(sumBad), value(sumTotal)
	plain, err := Compile(bad(sumBad, sumTotal))
	if err != nil {
		t.Fatal(err)
	}
	trueBad, trueTotal := one(s.count(plain.Bad, nil)), one(s.count(plain.Total, nil))
	counted := func(t rapid.TB, ind slo.Indicator) {
		plan, err := Compile(ind)
		if err != nil || plan.Estimate != "" {
			t.Fatalf("not counted: %v, %v", err, plan)
		}
		if bad, total := one(s.count(plan.Bad, nil)), one(s.count(plan.Total, nil)); bad != trueBad || total != trueTotal {
			t.Fatalf("%v of %v events, not %v of %v", bad, total, trueBad, trueTotal)
		}
	}
	near := func(t rapid.TB, query string, want, tolerance float64) {
		if got := value(query); !(math.Abs(got-want) <= tolerance) {
			t.Fatalf("%s says %v, not %v", query, got, want)
		}
	}
	for _, form := range onServer(around) {
		num, den := fmt.Sprintf(form, sumBad), fmt.Sprintf(form, sumTotal)
		near(t, num, wantBad, 1e-6)
		near(t, den, wantTotal, 1e-6)
		counted(t, bad(num, den))
	}
	for _, form := range onServer(aroundRatio) {
		ratio := fmt.Sprintf(form, "("+sumBad+" / "+sumTotal+")")
		near(t, ratio, wantBad/wantTotal, 1e-3)
		counted(t, failureRatio(ratio))
	}
	rapid.Check(t, func(t *rapid.T) {
		num, den := guard(onServer(around), sumBad, 3).Draw(t, "bad"), guard(onServer(around), sumTotal, 3).Draw(t, "total")
		near(t, num, wantBad, 1e-6)
		near(t, den, wantTotal, 1e-6)
		counted(t, bad(num, den))
		ratio := guard(onServer(aroundRatio), "(("+num+") / ("+den+"))", 2).Draw(t, "ratio")
		near(t, ratio, wantBad/wantTotal, 1e-3)
		counted(t, failureRatio(ratio))
	})
}

// Quotients are counted by their events, whatever stands around them.
func TestQuotientsAreCounted(t *testing.T) {
	plain := fingerprintOf(t, bad(sumBad, sumTotal))
	const r = sumBad + " / " + sumTotal
	for _, ratio := range []string{
		r, `1 - (1 - ` + r + `)`, sumBad + ` / 100 / ` + sumTotal + ` * 100`, `1000 * ` + r + ` / 10`, sumBad + ` / (` + sumTotal + ` / 100)`, sumBad + ` / (100 * ` + sumTotal + `) * 100`, `100 * ` + r, r + ` * 100`, `100 - (100 - 100 * ` + r + `)`, `clamp_max(` + r + `, 1)`, `clamp_max(100 * ` + r + `, 100)`,
		`1 - (` + sumTotal + ` - ` + sumBad + `) / ` + sumTotal, `(` + sumTotal + ` - (` + sumTotal + ` - ` + sumBad + `)) / ` + sumTotal,
		sumBad + ` / (` + sumTotal + ` > 0)`, sumBad + ` / clamp_min(` + sumTotal + `, 1)`, sumBad + ` / (` + sumTotal + ` + (` + sumTotal + ` == bool 0))`,
		`(` + sumBad + ` or vector(0)) / (` + sumTotal + ` > 0 or vector(1))`, `(` + r + `) unless (` + sumTotal + ` == 0)`, `(` + r + `) and ` + sumTotal + ` > 0`,
		sumBad + ` / scalar(` + sumTotal + `)`, `label_replace(` + r + `, "svc", "x", "", "")`,
		`label_replace(` + sumBad + `, "svc", "x", "", "") / on (svc) label_replace(` + sumTotal + `, "svc", "x", "", "")`,
		`label_join(1 - (1 - ` + r + `), "a", "-")`,
		`sum(rate(r_total{code="500"}[{{.window}}] offset 5m)) / sum(rate(r_total[{{.window}}] offset 5m))`,
		`sum(rate(r_total{code="500"}[{{.window}}] offset 5m)) / clamp_min(sum(rate(r_total[{{.window}}] offset 5m)), 1) or on() vector(0)`,
	} {
		t.Run(ratio, func(t *testing.T) {
			if fingerprintOf(t, failureRatio(ratio)) != plain {
				t.Error("not what the plain quotient counts")
			}
		})
	}
}
