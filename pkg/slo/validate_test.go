package slo

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func valid() SLO {
	good := Query{Expr: "good"}
	return SLO{
		Name:    "checkout",
		Window:  Window{Period: Period{28, Day}},
		GroupBy: []string{"handler"},
		Objectives: []Objective{{
			Name: "99.9", Target: 0.999,
			Indicator: Ratio{Good: &good, Total: Query{Expr: "total"}},
		}},
	}
}

func sliced(m Method, s Slices) func(*SLO) {
	return func(o *SLO) { o.Method, o.Objectives[0].Slices = m, &s }
}

func indicator(i Indicator) func(*SLO) {
	return func(o *SLO) { o.Objectives[0].Indicator = i }
}

func target(v float64) func(*SLO) { return func(o *SLO) { o.Objectives[0].Target = v } }

func calendar(p Period, year int) func(*SLO) {
	return func(o *SLO) {
		o.Window = Window{Period: p, Calendar: true, Anchor: time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)}
	}
}

func TestValidate(t *testing.T) {
	q, none := Query{Expr: "up"}, Query{Expr: " \n"}
	tests := []struct {
		name   string
		change func(*SLO)
		want   string // the start of the only fault; empty for none
	}{
		{"valid", func(*SLO) {}, ""},
		{"target 0", target(0), ""},
		{"target 1", target(1), "Objectives[0].Target: a target of 100 % leaves no budget"},
		{"target above 1", target(99.9), "Objectives[0].Target: a target of 99.9 is out of range"},
		{"target below 0", target(-0.1), "Objectives[0].Target: a target of -0.1 is out of range"},
		{"target NaN", target(math.NaN()), "Objectives[0].Target: a target of NaN is out of range"},
		{"no name", func(o *SLO) { o.Name = "" }, "Name: an SLO has no name"},
		{"no objective", func(o *SLO) { o.Objectives = nil }, "Objectives: an SLO has no objective"},
		{"objective without a name", func(o *SLO) { o.Objectives[0].Name = "" }, "Objectives[0].Name: an objective has no name"},
		{"same objective twice", func(o *SLO) { o.Objectives = append(o.Objectives, o.Objectives[0]) }, `Objectives[1].Name: the name "99.9" is given twice`},
		{"group by nonsense", func(o *SLO) { o.GroupBy = []string{"a-b"} }, `GroupBy: "a-b" is not the name of a Prometheus label`},
		{"group by the same twice", func(o *SLO) { o.GroupBy = []string{"a", "a"} }, `GroupBy: the label "a" is given twice`},

		{"empty period", func(o *SLO) { o.Window.Period.Count = 0 }, "Window.Period: a length of 0d is empty"},
		{"no unit", func(o *SLO) { o.Window.Period.Unit = 0 }, "Window.Period: '\\x00' is not a unit of time"},
		{"eleven years", func(o *SLO) { o.Window.Period = Period{11, Year} }, "Window.Period: 11Y is longer than ten years"},
		{"overflow", func(o *SLO) { o.Window.Period = Period{math.MaxInt, Year} }, "Window.Period: 9223372036854775807Y is longer than ten years"},
		{"calendar month", calendar(Period{1, Month}, 2024), ""},
		{"calendar minute", calendar(Period{1, Minute}, 2024), "Window.Period: a calendar window of 1m is not made of whole days; write 1M if months are meant (m is minutes), else a length in d, w, M, Q or Y"},
		{"calendar hours", calendar(Period{24, Hour}, 2024), "Window.Period: a calendar window of 24h is not made of whole days"},
		{"calendar long ago", calendar(Period{1, Month}, 1), "Window.Anchor: the year 1 is out of range"},

		{"slices", sliced(Timeslices, Slices{Length: 5 * time.Minute, Target: 1, Op: GTE}), ""},
		{"slices of a day", sliced(Timeslices, Slices{Length: 24 * time.Hour, Target: 0.9, Op: GT}), ""},
		{"slices of 7 minutes", sliced(Timeslices, Slices{Length: 7 * time.Minute, Target: 1, Op: GTE}), "Objectives[0].Slices.Length: slices of 7m0s do not divide a day"},
		{"slices of two days", sliced(Timeslices, Slices{Length: 48 * time.Hour, Target: 1, Op: GTE}), "Objectives[0].Slices.Length: slices of 48h0m0s do not divide a day"},
		{"slices of a second", sliced(RatioTimeslices, Slices{Length: time.Second}), "Objectives[0].Slices.Length: slices of 1s do not divide a day"},
		{"slices of nothing", sliced(RatioTimeslices, Slices{}), "Objectives[0].Slices.Length: slices of 0s do not divide a day"},
		{"ratio slices need no target", sliced(RatioTimeslices, Slices{Length: time.Minute}), ""},
		{"slice target 0", sliced(Timeslices, Slices{Length: time.Minute, Op: GTE}), "Objectives[0].Slices.Target: a slice's target of 0 is out of range"},
		{"slice target NaN", sliced(Timeslices, Slices{Length: time.Minute, Target: math.NaN(), Op: GTE}), "Objectives[0].Slices.Target: a slice's target of NaN is out of range"},
		{"slice better than all", sliced(Timeslices, Slices{Length: time.Minute, Target: 1, Op: GT}), "Objectives[0].Slices.Op: no slice has more than all of its events good"},
		{"slice upside down", sliced(Timeslices, Slices{Length: time.Minute, Target: 0.5, Op: LT}), "Objectives[0].Slices.Op: a slice with fewer good events would count as better"},
		{"slices missing", func(o *SLO) { o.Method = RatioTimeslices }, "Objectives[0].Slices: RatioTimeslices needs slices"},
		{"slices of occurrences", sliced(Occurrences, Slices{Length: time.Minute, Target: 1, Op: GTE}), "Objectives[0].Slices: Occurrences has no slices"},

		{"no indicator", indicator(nil), "Objectives[0].Indicator: there is no indicator"},
		{"good and bad", indicator(Ratio{Good: &q, Bad: &q, Total: q}), "Objectives[0].Indicator: a ratio needs good or bad events, not both"},
		{"neither good nor bad", indicator(Ratio{Total: q}), "Objectives[0].Indicator: a ratio needs good or bad events, not both"},
		{"bad to total", indicator(Ratio{Bad: &q, Total: q}), ""},
		{"empty total", indicator(Ratio{Good: &q, Total: none}), "Objectives[0].Indicator: a query is empty"},
		{"raw ratio", indicator(RawRatio{Query: q}), ""},
		{"empty raw ratio", indicator(RawRatio{Query: none}), "Objectives[0].Indicator: a query is empty"},
		{"threshold", indicator(Threshold{Query: q, Value: -1}), ""},
		{"threshold NaN", indicator(Threshold{Query: q, Value: math.NaN()}), "Objectives[0].Indicator: no value can be compared with NaN"},
		{"native histogram", indicator(Histogram{Total: q, Native: true, Value: 0.5}), ""},
		{"endless histogram", indicator(Histogram{Total: q, Value: math.Inf(1)}), "Objectives[0].Indicator: no value can be compared with +Inf"},
		{"gauge", indicator(BoolGauge{Query: q}), ""},
		{"empty gauge", indicator(BoolGauge{}), "Objectives[0].Indicator: a query is empty"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := valid()
			test.change(&s)
			err := s.Validate()
			if (err == nil) != (test.want == "") {
				t.Fatalf("got %v, want %q", err, test.want)
			}
			if err != nil && (!strings.HasPrefix(err.Error(), test.want) || strings.Contains(err.Error(), "\n")) {
				t.Errorf("got %q, want only %q", err, test.want)
			}
		})
	}
}

func TestValidateTellsEveryFault(t *testing.T) {
	s := SLO{Objectives: []Objective{{Name: "a", Target: 2}}}
	err := s.Validate()
	for _, field := range []string{"Name: ", "Window.Period: ", "Objectives[0].Target: ", "Objectives[0].Indicator: "} {
		if !strings.Contains(err.Error(), field) {
			t.Errorf("%q is missing in:\n%v", field, err)
		}
	}
	var invalid *Invalid
	if !errors.As(err, &invalid) || invalid.Hint == "" {
		t.Errorf("%v does not say how to fix it", err)
	}
}

func TestAValidTargetLeavesABudget(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		target := rapid.Float64().Draw(t, "target")
		budget := Objective{Target: target}.Budget()
		if ok := ValidateTarget(target) == nil; ok != (budget > 0 && target >= 0) {
			t.Fatalf("target %v: valid is %v, budget %v", target, ok, budget)
		}
	})
}

func TestValidSlicesAlignWithTheEpoch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		length := time.Duration(rapid.IntRange(1, 1500).Draw(t, "minutes")) * time.Minute
		if (Slices{Length: length}).Validate(RatioTimeslices) != nil {
			return
		}
		midnight := time.Unix(86400*rapid.Int64Range(0, 30000).Draw(t, "day"), 0)
		if midnight.UnixNano()%int64(length) != 0 {
			t.Fatalf("slices of %s do not begin at %s", length, midnight.UTC())
		}
	})
}
