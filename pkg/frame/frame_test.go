package frame

import (
	"errors"
	"flag"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/grafana/grafana-plugin-sdk-go/experimental"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget/budgettest"
	"github.com/promise-slo/promise-slo-datasource/pkg/grouplabel"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

var update = flag.Bool("update", false, "write the golden files anew")

const (
	day  = 24 * time.Hour
	step = 5 * time.Minute
)

// now is a Tuesday.
var now = time.Date(2026, 6, 2, 12, 0, 0, 0, time.UTC)

func weekly(calendar bool) slo.Window {
	return slo.Window{
		Period: slo.Period{Count: 7, Unit: slo.Day}, Calendar: calendar,
		Anchor: time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC),
	}
}

// promise is an SLO of one objective with a target of 99 %.
func promise(name string, calendar bool) slo.SLO {
	return slo.SLO{
		Name: name, DisplayName: strings.ToUpper(name[:1]) + name[1:], Description: "What was promised",
		Service: "shop", Labels: map[string]string{"team": "payments", "owner": "ada"}, Window: weekly(calendar),
		Objectives: []slo.Objective{{Name: "99", Target: 0.99}},
		Source:     slo.Position{File: "shop.yaml", Line: 3},
	}
}

// account has 100 events a step for 21 days, 5 of them bad a step in the hour
// that ended half a day ago, and no data where covered says so.
func account(covered func(age time.Duration) bool) *budgettest.Curve {
	n := int(21 * day / step)
	bad, total, known := make([]float64, n), make([]float64, n), make([]bool, n)
	for i := range n {
		age := time.Duration(n-1-i) * step
		if known[i] = covered(age); known[i] {
			total[i] = 100
		}
		if known[i] && age >= 12*time.Hour && age < 13*time.Hour {
			bad[i] = 5
		}
	}
	return budgettest.NewCurve(now.Add(-21*day), step, bad, total, known)
}

func always(time.Duration) bool { return true }
func never(time.Duration) bool  { return false }

// entries are one of each sort: in order, by the calendar and in groups, old,
// with gaps, without data, and failed.
func entries() []budget.Entry {
	entry := func(s slo.SLO, a budget.Account) budget.Entry {
		return budget.Entry{SLO: s, Objective: s.Objectives[0], Account: a, AsOf: now}
	}
	pay, cart := entry(promise("routes", true), account(always)), entry(promise("routes", true), account(always))
	pay.Labels, cart.Labels = labels.FromStrings("route", "/pay", "service", "edge"), labels.FromStrings("route", "/cart", "service", "edge")
	old := entry(promise("old", false), account(always))
	old.AsOf, old.Err = now.Add(-10*time.Minute), errors.New("the server is away")
	gappy := entry(promise("gappy", false), account(func(age time.Duration) bool { return age < day || age > 2*day }))
	gappy.Notices = []string{"the server had a warning"}
	failed := entry(promise("failed", false), nil)
	failed.AsOf, failed.Err = time.Time{}, errors.New("the query cannot be run")
	tickets := promise("tickets", false)
	tickets.Alerting.Page.Disabled = true
	return []budget.Entry{
		entry(tickets, account(always)),
		entry(signedBy("plain"), account(always)), cart, pay, old, gappy,
		entry(promise("silent", false), account(never)), failed,
	}
}

// sum adds up two accounts.
type sum struct {
	budget.Account
	other budget.Account
}

func (s sum) Reading(from, to time.Time) budget.Reading {
	a, b := s.Account.Reading(from, to), s.other.Reading(from, to)
	return budget.Reading{Bad: a.Bad + b.Bad, Total: a.Total + b.Total, Coverage: min(a.Coverage, b.Coverage)}
}

func params() Params {
	return Params{
		Now: now, From: now.Add(-day), To: now, Interval: time.Minute, MaxDataPoints: 6,
		Broken:  []Broken{{SLO: "wrong", Place: "wrong.yaml:7", Problem: "spec.target: 99 is not below 1; write 0.99"}},
		Notices: []string{"a remark"},
	}
}

func TestGolden(t *testing.T) {
	p, all := params(), entries()
	month := p
	month.From = now.Add(-14 * day)
	closing := p
	closing.Lookbacks = []time.Duration{2 * day} // a week ended on Monday
	asking := p
	asking.Targets = []float64{0.997}
	lookbacks := p
	lookbacks.Lookbacks = []time.Duration{time.Hour, 3 * day}
	parts := all[2:4]
	whole := parts[0]
	whole.Account = sum{parts[0].Account, parts[1].Account}
	whole.Labels = labels.FromStrings("service", "edge")
	tests := map[string]data.Frames{
		"status":          Status(t.Context(), all, p),
		"sli":             SLI(t.Context(), all, p),
		"sli-lookbacks":   SLI(t.Context(), all[1:2], lookbacks),
		"burnRate":        BurnRate(t.Context(), all, lookbacks),
		"budget":          Budget(t.Context(), all, p),
		"projection":      Projection(t.Context(), all, p),
		"incidents":       Incidents(t.Context(), all, p),
		"outages":         Outages(t.Context(), append(all, troubles()...), p),
		"contributors":    Contributors(t.Context(), []budget.Entry{whole}, parts, "route", p),
		"summary":         Summary(t.Context(), all, p),
		"days":            Days(t.Context(), all, month),
		"windows":         Windows(t.Context(), all, month),
		"kept":            Kept(t.Context(), slices.Concat(all, missedEntries()), month),
		"targets":         withoutChances(Targets(t.Context(), slices.Concat(all[:3], all[5:7]), asking)),
		"burnAlert":       BurnAlert(t.Context(), slices.Concat(all, troubles()), p),
		"exhaustionAlert": ExhaustionAlert(t.Context(), slices.Concat(all, troubles()), p),
		"budgetAlert":     BudgetAlert(t.Context(), slices.Concat(all, troubles()), p),
		"windowAlert":     WindowAlert(t.Context(), slices.Concat(all, troubles()), closing),
		"noDataAlert":     NoDataAlert(t.Context(), slices.Concat(all, troubles()), p),
		"gate":            Gate(t.Context(), gatedEntries(), p),
		"gateHistory":     GateHistory(t.Context(), gatedEntries(), month),
		"reviews":         Reviews(t.Context(), missedEntries(), month),
		"reviewAlert":     ReviewAlert(t.Context(), missedEntries(), p),
		"gateAlert":       GateAlert(t.Context(), gatedEntries(), p),
		"slos":            SLOs(t.Context(), []slo.SLO{signedBy("plain"), signedBy("half", slo.Engineering), promise("routes", true)}, p),
		"empty-table":     Status(t.Context(), nil, Params{Now: now}),
		"empty-series":    Budget(t.Context(), nil, Params{Now: now}),
		"empty-numbers":   BurnAlert(t.Context(), nil, Params{Now: now}),
	}
	for name, frames := range tests {
		t.Run(name, func(t *testing.T) {
			experimental.CheckGoldenJSONResponse(t, "testdata", name, &backend.DataResponse{Frames: frames}, *update)
		})
	}
}

// withoutChances returns a table of targets with all chances that are known set to a
// half: the forecast has tests of its own.
func withoutChances(frames data.Frames) data.Frames {
	chances, _ := frames[0].FieldByName("chanceKept")
	for i := range chances.Len() {
		if _, ok := chances.ConcreteAt(i); ok {
			chances.SetConcrete(i, 0.5)
		}
	}
	return frames
}

// TestContract checks what the data plane contract asks of each type.
func TestContract(t *testing.T) {
	p, all := params(), entries()
	answers := map[string]data.Frames{
		"status": Status(t.Context(), all, p), "sli": SLI(t.Context(), all, p), "burnRate": BurnRate(t.Context(), all, p), "budget": Budget(t.Context(), all, p),
		"projection": Projection(t.Context(), all, p), "incidents": Incidents(t.Context(), all, p), "outages": Outages(t.Context(), all, p), "windows": Windows(t.Context(), all, p), "kept": Kept(t.Context(), all, p),
		"summary": Summary(t.Context(), all, p), "days": Days(t.Context(), all, p),
		"reviews": Reviews(t.Context(), missedEntries(), p), "reviewAlert": ReviewAlert(t.Context(), missedEntries(), p),
		"gate": Gate(t.Context(), gatedEntries(), p), "gateHistory": GateHistory(t.Context(), gatedEntries(), p), "gateAlert": GateAlert(t.Context(), gatedEntries(), p),
		"targets": Targets(t.Context(), all, p), "burnAlert": BurnAlert(t.Context(), all, p), "exhaustionAlert": ExhaustionAlert(t.Context(), all, p), "budgetAlert": BudgetAlert(t.Context(), all, p),
		"windowAlert": WindowAlert(t.Context(), all, p), "noDataAlert": NoDataAlert(t.Context(), all, p), "slos": SLOs(t.Context(), []slo.SLO{all[1].SLO}, p),
	}
	for name, frames := range answers {
		t.Run(name, func(t *testing.T) {
			seen := map[string]bool{}
			for _, f := range frames {
				checkFrame(t, f, seen)
			}
		})
	}
}

func checkFrame(t *testing.T, f *data.Frame, seen map[string]bool) {
	t.Helper()
	if _, err := f.RowLen(); err != nil {
		t.Error(err)
	}
	switch f.Meta.Type {
	case data.FrameTypeTable:
		for _, field := range f.Fields {
			if seen[field.Name] {
				t.Errorf("two fields are named %s", field.Name)
			}
			seen[field.Name] = true
		}
		return
	case data.FrameTypeTimeSeriesMulti:
		if len(f.Fields) != 2 || f.Fields[0].Type() != data.FieldTypeTime {
			t.Errorf("a series has fields %v", f.Fields)
		}
	case data.FrameTypeNumericMulti:
		if len(f.Fields) != 1 || f.Rows() != 1 {
			t.Errorf("a number has fields %v", f.Fields)
		}
	default:
		t.Fatalf("the type is %q", f.Meta.Type)
	}
	value := f.Fields[len(f.Fields)-1]
	key := value.Name + value.Labels.String()
	if seen[key] {
		t.Errorf("two series are named %s", key)
	}
	seen[key] = true
}

// TestNoDataIsNull checks that what has no data has null values.
func TestNoDataIsNull(t *testing.T) {
	p, nothing := params(), entries()[6:]
	for name, frames := range map[string]data.Frames{
		"sli": SLI(t.Context(), nothing, p), "burnRate": BurnRate(t.Context(), nothing, p), "budget": Budget(t.Context(), nothing, p),
		"projection": Projection(t.Context(), nothing, p), "burnAlert": BurnAlert(t.Context(), nothing, p), "exhaustionAlert": ExhaustionAlert(t.Context(), nothing, p),
		"budgetAlert": BudgetAlert(t.Context(), nothing, p), "windowAlert": WindowAlert(t.Context(), nothing, p),
	} {
		t.Run(name, func(t *testing.T) {
			for _, f := range frames {
				value := f.Fields[len(f.Fields)-1]
				for i := range value.Len() {
					if v, ok := value.ConcreteAt(i); ok && value.Labels["series"] != "ideal" {
						t.Fatalf("%v has the value %v", value.Labels, v)
					}
				}
			}
		})
	}
	if rows := Incidents(t.Context(), nothing, p)[0].Rows(); rows != 0 {
		t.Errorf("%d incidents", rows)
	}
}

// TestFieldsAreTaken checks that no grouping label gets the name of a field.
func TestFieldsAreTaken(t *testing.T) {
	p, all := params(), entries()
	p.From = now.Add(-14 * day)
	group := []string{"route", "group_service"}
	for _, frames := range []data.Frames{
		Status(t.Context(), all, p), Incidents(t.Context(), all, p), Outages(t.Context(), all, p), Windows(t.Context(), all, p), Kept(t.Context(), all, p), Days(t.Context(), all, p), Targets(t.Context(), all, p), Gate(t.Context(), gatedEntries(), p), Reviews(t.Context(), missedEntries(), p),
		Contributors(t.Context(), all[:1], nil, "route", p),
	} {
		for _, f := range frames[0].Fields {
			if !slices.Contains(group, f.Name) && !strings.HasPrefix(f.Name, "burnRate") && grouplabel.Name(f.Name) == f.Name {
				t.Errorf("%s has the field %s, which a grouping label may be named", frames[0].Name, f.Name)
			}
		}
	}
}

func TestSpans(t *testing.T) {
	p := params()
	p.Lookbacks = []time.Duration{30 * day}
	terms := budget.TermsOf(promise("plain", false), slo.Objective{Target: 0.99})
	tests := []struct {
		name string
		span budget.Span
		from time.Time
	}{
		{"window", p.WindowSpan(), now.Add(-30 * day)},
		{"alerts", p.AlertSpan(), now.Add(-3 * day)},
		{"closing", Params{Now: now}.ClosedSpan(), now.Add(-8 * day)},
		{"range", p.RangeSpan(), p.From.Add(-30*day - 4*time.Hour)},
		{"budget", p.BudgetSpan(), p.From.Add(-30 * day)},
		{"windowed without lookbacks", Params{Now: now, From: p.From, To: now}.BudgetSpan(), p.From.Add(-7 * day)},
		{"a panel of the past", Params{Now: now.Add(day), From: p.From, To: now}.RangeSpan(), p.From.Add(-6*time.Hour - day/DefaultPoints)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if from, to := test.span(terms); !from.Equal(test.from) || !to.Equal(now) {
				t.Errorf("span is %s to %s, want %s to %s", from, to, test.from, now)
			}
		})
	}
}
