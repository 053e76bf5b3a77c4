package definition_test

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/deftest"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// difference returns what differs between two sets of SLOs and services, in order
// of their names. Times
// are the same at the same moment in zones of the same name, and positions do
// not count.
func difference(a, b *definition.Set) string {
	byName := cmpopts.SortSlices(func(a, b slo.SLO) bool { return a.ID() < b.ID() })
	servicesByName := cmpopts.SortSlices(func(a, b definition.Service) bool { return a.Name < b.Name })
	sameTime := cmp.Comparer(func(a, b time.Time) bool {
		return a.Equal(b) && a.Location().String() == b.Location().String()
	})
	options := cmp.Options{byName, servicesByName, sameTime, cmpopts.EquateEmpty(), cmpopts.IgnoreTypes(slo.Position{})}
	return cmp.Diff(a.SLOs, b.SLOs, options) + cmp.Diff(a.Services, b.Services, options)
}

// again writes a set and reads what was written, all of it without an error.
func again(t interface{ Fatalf(string, ...any) }, set *definition.Set) *definition.Set {
	written, err := definition.WriteOpenSLO(set)
	if err != nil {
		t.Fatalf("%v", err)
	}
	var files []definition.File
	for _, w := range written {
		files = append(files, deftest.File(w.Name+".yaml", string(w.Content)))
	}
	read := definition.Read(files...)
	for _, p := range read.Problems {
		if p.Severity == definition.Error {
			t.Fatalf("%v in\n%s", p, join(written))
		}
	}
	return read
}

func join(written []definition.Written) string {
	var b strings.Builder
	for _, w := range written {
		fmt.Fprintf(&b, "# %s\n%s", w.Name, w.Content)
	}
	return b.String()
}

func TestSamplesAreWrittenAndReadBack(t *testing.T) {
	files := 0
	for _, root := range []string{"testdata", "../cmd/promise/testdata", "../../provisioning"} {
		err := fs.WalkDir(os.DirFS(root), ".", func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(name) != ".yaml" && filepath.Ext(name) != ".yml" {
				return err
			}
			content, err := fs.ReadFile(os.DirFS(root), name)
			set := definition.Read(deftest.File(name, string(content)))
			if len(set.SLOs) == 0 {
				return err
			}
			files++
			t.Run(path.Join(root, name), func(t *testing.T) {
				if d := difference(set, again(t, set)); d != "" {
					t.Error(d)
				}
			})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 12 {
		t.Errorf("only %d samples", files)
	}
}

func TestDocumentsAreWrittenAndReadBack(t *testing.T) {
	service := "---\napiVersion: openslo/v1\nkind: Service\nmetadata: {name: shop, displayName: Shop, labels: {a: b}}\nspec: {description: All.}\n"
	for name, documents := range map[string]string{
		"ratio":      deftest.Ratio,
		"service":    deftest.Ratio + service,
		"promise":    deftest.Ratio + "---\n" + deftest.Promise,
		"Sloth":      deftest.SlothFile,
		"Pyrra":      deftest.Pyrra,
		"one name":   sites,
		"windows":    deftest.SlothFile + "---\napiVersion: sloth.slok.dev/v1\nkind: AlertWindows\nspec: {sloPeriod: 28d, page: {quick: {errorBudgetPercent: 8, shortWindow: 5m, longWindow: 1h}, slow: {errorBudgetPercent: 12.5, shortWindow: 30m, longWindow: 6h}}}\n",
		"objectives": deftest.TwoObjectives(t) + "---\n" + deftest.Change(t, deftest.Promise[:strings.Index(deftest.Promise, "  owner:")], "slo: checkout", "slo: checkout\n  objective: mostly"),
	} {
		t.Run(name, func(t *testing.T) {
			set := definition.Read(deftest.File("a.yaml", documents))
			if len(set.SLOs) == 0 {
				t.Fatal(set.Problems)
			}
			if d := difference(set, again(t, set)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestWritingTwiceGivesTheSame(t *testing.T) {
	set := definition.Read(deftest.File("a.yaml", deftest.Ratio+"---\n"+deftest.Promise), deftest.Sample(t, "testdata/sloth/multifile.yml"), deftest.Sample(t, "testdata/pyrra/prometheus-http.yaml"))
	first, err := definition.WriteOpenSLO(set)
	if err != nil {
		t.Fatal(err)
	}
	second, err := definition.WriteOpenSLO(again(t, set))
	if err != nil {
		t.Fatal(err)
	}
	for _, written := range [][]definition.Written{first, second} {
		slices.SortFunc(written, func(a, b definition.Written) int { return strings.Compare(a.Name, b.Name) })
	}
	if d := cmp.Diff(join(first), join(second)); d != "" || len(first) == 0 {
		t.Error(d)
	}
}

func TestClassicHistogramsAreRefused(t *testing.T) {
	set := definition.Read(deftest.File("a.yaml", deftest.Ratio))
	set.SLOs[0].Objectives[0].Indicator = slo.Histogram{Total: slo.Query{Expr: "latency_seconds_count"}, Value: 1}
	written, err := definition.WriteOpenSLO(set)
	if len(written) != 0 || err == nil || !strings.Contains(err.Error(), `a.yaml:1: the SLO "checkout" cannot be written: objective availability: `) {
		t.Errorf("got %v, %v", written, err)
	}
}

// Whatever an SLO is like that some format can say, it is written and read back.
func TestAnySLOIsWrittenAndReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set := &definition.Set{}
		for i := range rapid.IntRange(1, 3).Draw(t, "SLOs") {
			s := drawSLO(t)
			s.Name = rapid.SampledFrom([]string{"a", "a.b", "A_b", "a-b", "été.x", strings.Repeat("long.", 20)}).Draw(t, "name") + fmt.Sprint(i)
			if err := s.Validate(); err != nil {
				t.Fatal(err)
			}
			set.SLOs = append(set.SLOs, s)
		}
		if d := difference(set, again(t, set)); d != "" {
			written, _ := definition.WriteOpenSLO(set)
			t.Errorf("%s\n%s", d, join(written))
		}
	})
}

// words returns texts that YAML and JSON must quote in some way or other.
func words() *rapid.Generator[string] {
	characters := rapid.StringOfN(rapid.SampledFrom([]rune("ab 1:#-?{}[]&*!|>'\"%@`,\\/é\u2028\u0085\U0001f600\t\n\r\x00\x7f~=<.\ufeff")), 1, 12, -1)
	special := rapid.SampledFrom([]string{"true", "null", "~", "1e3", "0x1f", "2026-01-15", "<<", "---", "- a", "a: b", "#a", "a #b", " a", "a ", "a\n\nb", "\ta", "{{.window}}", "yes", "1_000", "-.inf", "=", "%%d"})
	return rapid.OneOf(special, characters)
}

// nonBlank returns words that begin and end with something else than white space.
func nonBlank() *rapid.Generator[string] {
	return rapid.Map(words(), func(s string) string { return "a" + s + "z" })
}

func texts(key *rapid.Generator[string]) *rapid.Generator[map[string]string] {
	return rapid.MapOfN(key, words(), 0, 3)
}

func drawSLO(t *rapid.T) slo.SLO {
	s := slo.SLO{
		DisplayName: words().Draw(t, "display name"),
		Description: rapid.OneOf(rapid.Just(""), nonBlank()).Draw(t, "description"),
		Service:     rapid.OneOf(rapid.Just(""), nonBlank()).Draw(t, "service"),
		Labels:      texts(rapid.SampledFrom([]string{"team", "a.b", "_x", "example.com/tier"})).Draw(t, "labels"),
		Annotations: texts(rapid.SampledFrom([]string{"a", "example.com/b"})).Draw(t, "annotations"),
		Window:      drawWindow(t),
		Method:      rapid.SampledFrom([]slo.Method{slo.Occurrences, slo.Timeslices, slo.RatioTimeslices}).Draw(t, "method"),
		GroupBy:     rapid.SampledFrom([][]string{nil, {"handler"}, {"code", "method"}}).Draw(t, "group by"),
		Alerting: slo.Alerting{
			Name: words().Draw(t, "alerts"), Labels: texts(words()).Draw(t, "alert labels"), Annotations: texts(words()).Draw(t, "alert annotations"),
			Page:   slo.Alert{Disabled: rapid.Bool().Draw(t, "page"), Labels: texts(words()).Draw(t, "page labels")},
			Ticket: slo.Alert{Disabled: rapid.Bool().Draw(t, "ticket"), Annotations: texts(words()).Draw(t, "ticket annotations")},
		},
	}
	empty := rapid.SampledFrom([]slo.EmptySlice{slo.EmptyIgnored, slo.EmptyGood, slo.EmptyBad}).Draw(t, "empty slices")
	same := drawIndicator(t)
	for range rapid.IntRange(1, 3).Draw(t, "objectives") {
		o := slo.Objective{Target: rapid.Float64Range(0, 0.9999999).Draw(t, "target"), Indicator: same}
		if rapid.Bool().Draw(t, "named") {
			o.DisplayName = words().Draw(t, "objective")
		}
		if rapid.IntRange(0, 3).Draw(t, "another") == 0 {
			o.Indicator = drawIndicator(t)
		}
		o.Slices = drawSlices(t, s.Method, o.Indicator, empty)
		s.Objectives = append(s.Objectives, o)
	}
	format.NameObjectives(s.Objectives)
	drawPromises(t, &s)
	drawReviews(t, &s)
	return s
}

func drawWindow(t *rapid.T) slo.Window {
	w := slo.Window{Period: slo.Period{Count: rapid.IntRange(1, 4).Draw(t, "count"), Unit: rapid.SampledFrom([]slo.Unit{slo.Day, slo.Week, slo.Month, slo.Quarter}).Draw(t, "unit")}}
	if w.Calendar = rapid.Bool().Draw(t, "calendar"); w.Calendar {
		zone, err := time.LoadLocation(rapid.SampledFrom([]string{"UTC", "Europe/Paris", "America/Sao_Paulo", "America/Havana", "Australia/Lord_Howe"}).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		at := time.Unix(rapid.Int64Range(1e6, 2e9).Draw(t, "anchor"), 0).In(zone)
		// As it is read from its text, where the clock shows a time twice.
		w.Anchor = time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), 0, zone)
	}
	return w
}

func drawIndicator(t *rapid.T) slo.Indicator {
	query := func() slo.Query { return slo.Query{Expr: nonBlank().Draw(t, "query")} }
	op := rapid.SampledFrom([]slo.Op{slo.LTE, slo.LT, slo.GTE, slo.GT}).Draw(t, "op")
	bound := rapid.OneOf(rapid.Float64Range(-1e9, 1e9), rapid.SampledFrom([]float64{0, 0.2, 1e-9, 1e21, 5e-324})).Draw(t, "bound")
	flag := rapid.Bool().Draw(t, "flag")
	switch rapid.IntRange(0, 5).Draw(t, "kind") {
	case 0:
		return slo.Ratio{Good: new(query()), Total: query(), Counter: flag}
	case 1:
		return slo.Ratio{Bad: new(query()), Total: query(), Counter: flag}
	case 2:
		return slo.RawRatio{Query: query(), Failure: flag}
	case 3:
		return slo.Threshold{Query: query(), Op: op, Value: bound}
	case 4:
		return slo.Histogram{Total: query(), Native: true, Op: op, Value: bound}
	default:
		return slo.BoolGauge{Query: query()}
	}
}

func drawSlices(t *rapid.T, m slo.Method, i slo.Indicator, empty slo.EmptySlice) *slo.Slices {
	if m == slo.Occurrences {
		return nil
	}
	lengths := []time.Duration{time.Minute, 90 * time.Second, 86400 * time.Millisecond, 5 * time.Minute, time.Hour, 24 * time.Hour}
	s := &slo.Slices{Length: rapid.SampledFrom(lengths).Draw(t, "length"), Op: slo.GTE, Empty: empty}
	if m == slo.Timeslices {
		s.Target = rapid.Float64Range(0.001, 0.999).Draw(t, "slice target")
		if _, compares := i.(slo.Threshold); !compares {
			s.Op = rapid.SampledFrom([]slo.Op{slo.GTE, slo.GT}).Draw(t, "slice op")
		}
	}
	return s
}

// zoneOf returns the time zone in which the days of a window begin.
func zoneOf(w slo.Window) *time.Location {
	if w.Calendar {
		return w.Anchor.Location()
	}
	return time.UTC
}

func drawPromises(t *rapid.T, s *slo.SLO) {
	if rapid.Bool().Draw(t, "promise") {
		s.Promise = drawPromise(t, *s, len(s.Objectives) == 1)
	}
	for i := range s.Objectives {
		if rapid.IntRange(0, 2).Draw(t, "own promise") == 0 {
			s.Objectives[i].Promise = drawPromise(t, *s, true)
		}
	}
}

func drawPromise(t *rapid.T, s slo.SLO, history bool) *slo.Promise {
	text := func() string { return rapid.OneOf(rapid.Just(""), nonBlank()).Draw(t, "text") }
	url := func() string {
		return rapid.SampledFrom([]string{"", "https://example.com/a#b?c=%20", "http://x"}).Draw(t, "url")
	}
	p := &slo.Promise{
		Name: fmt.Sprintf("P.%d_x", rapid.Uint32().Draw(t, "promise")), Reason: text(),
		Owner:     slo.Owner{Team: text(), Contact: text()},
		Links:     slo.Links{Runbook: url(), Repository: url(), Channel: url()},
		DependsOn: rapid.SliceOfNDistinct(nonBlank(), 0, 2, rapid.ID[string]).Draw(t, "depends on"),
	}
	if rapid.Bool().Draw(t, "dashboards") {
		p.Links.Dashboards = []string{"https://example.com/1", "https://example.com/2"}
	}
	at := time.Unix(rapid.Int64Range(0, 1e9).Draw(t, "since"), 0)
	later := func() time.Time {
		at = at.Add(time.Duration(rapid.Int64Range(1, 1e16).Draw(t, "later")))
		in := at.In(zoneOf(s.Window))
		if rapid.Bool().Draw(t, "day") {
			in = time.Date(in.Year(), in.Month(), in.Day()+1, 0, 0, 0, 0, in.Location())
		}
		at = in
		return in
	}
	p.Agreed = map[string]slo.Agreement{}
	for _, who := range slo.Signatories() {
		if rapid.Bool().Draw(t, who) {
			p.Agreed[who] = slo.Agreement{Name: nonBlank().Draw(t, "name"), Date: later()}
		}
	}
	for range rapid.IntRange(0, 3).Draw(t, "commitments") {
		if history {
			p.History = append(p.History, slo.Commitment{
				Target: rapid.Float64Range(0, 0.99999).Draw(t, "promised"), From: later(), Reason: text(),
				AgreedBy: rapid.SliceOfNDistinct(nonBlank(), 0, 2, rapid.ID[string]).Draw(t, "agreed by"),
			})
		}
	}
	if history && rapid.Bool().Draw(t, "considered") {
		lowest := rapid.Float64Range(0, 0.9999).Draw(t, "lowest")
		p.Considered = &slo.TargetRange{Lowest: lowest, Highest: rapid.Float64Range(lowest, 0.9999).Draw(t, "highest")}
	}
	for range rapid.IntRange(0, 2).Draw(t, "conditions") {
		p.BurnConditions = append(p.BurnConditions, drawBurnCondition(t))
	}
	slices.SortStableFunc(p.BurnConditions, func(a, b slo.BurnCondition) int { return strings.Compare(string(a.Severity), string(b.Severity)) })
	for _, share := range rapid.SliceOfNDistinct(rapid.Float64Range(0, 1), 0, 3, rapid.ID[float64]).Draw(t, "policy") {
		p.Policy = append(p.Policy, drawConsequence(t, share))
	}
	if rapid.Bool().Draw(t, "changes") {
		p.Changes = &slo.Query{Expr: "deploys_total"}
	}
	return p
}

func drawBurnCondition(t *rapid.T) slo.BurnCondition {
	c := slo.BurnCondition{
		Severity: rapid.SampledFrom(slo.Severities()).Draw(t, "severity"),
		Short:    time.Duration(rapid.IntRange(1, 300).Draw(t, "short")) * time.Minute,
	}
	c.Long = c.Short * time.Duration(rapid.IntRange(1, 100).Draw(t, "long"))
	if rapid.Bool().Draw(t, "rate") {
		c.BurnRate = rapid.Float64Range(0.1, 100).Draw(t, "burn rate")
	} else {
		c.Share = rapid.Float64Range(0.001, 1).Draw(t, "share")
	}
	c.MinBadEvents = rapid.SampledFrom([]float64{0, 1, 10.5}).Draw(t, "bad events")
	return c
}

// drawConsequence returns one that a gate acts on, or that is for people.
func drawConsequence(t *rapid.T, share float64) slo.Consequence {
	c := slo.Consequence{RemainingBelow: share, Action: nonBlank().Draw(t, "action")}
	switch rapid.IntRange(0, 3).Draw(t, "until") {
	case 1:
		c.Until.Text = nonBlank().Draw(t, "until text")
	case 2:
		c.Until.Window = true
		c.Blocks = rapid.SampledFrom([][]string{nil, {"deploy"}, {"deploy", "migration"}}).Draw(t, "blocks")
	case 3:
		if share < 1 {
			c.Until.Remaining = rapid.Float64Range(share, 1).Filter(func(r float64) bool { return r > share }).Draw(t, "until remaining")
			c.Blocks = []string{"deploy"}
		}
	}
	return c
}
