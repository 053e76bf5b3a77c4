package report_test

import (
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget/budgettest"
	"github.com/promise-slo/promise-slo-datasource/pkg/report"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

var update = flag.Bool("update", false, "write the golden files")

// shop returns promises of all kinds in Berlin: kept, missed and reviewed with a change
// in place, with a late one, missed and not reviewed, overspent, and without data.
func shop(t *testing.T) []budget.Entry {
	t.Helper()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 7, 1, 0, 0, 0, 0, berlin)
	from := time.Date(2026, 5, 31, 0, 0, 0, 0, time.UTC)
	monthly := func(name, title string, outages ...time.Duration) budget.Entry {
		n := int(70 * day / step)
		bad, total := make([]float64, n), make([]float64, n)
		covered := make([]bool, n)
		for i := range n {
			at := from.Add(time.Duration(i) * step)
			total[i], covered[i] = 100, true
			if i%7 == 0 {
				bad[i] = 0.2
			}
			for _, o := range outages {
				if b := start.Add(o); !at.Before(b) && at.Before(b.Add(4*time.Hour)) {
					bad[i] = 80
				}
			}
			if name == "gappy" && !at.Before(start.Add(5*day)) && at.Before(start.Add(7*day)) {
				bad[i], total[i], covered[i] = 0, 0, false
			}
		}
		s := slo.SLO{
			Name: name, DisplayName: title, Description: "99.5 % of payments are taken.", Service: "secret-service", Labels: map[string]string{"team": "payments"},
			Window:     slo.Window{Period: slo.Period{Count: 1, Unit: slo.Month}, Calendar: true, Anchor: start},
			Objectives: []slo.Objective{{Name: "99.5", Target: 0.995}},
			Promise: &slo.Promise{
				Owner: slo.Owner{Team: "payments"}, History: []slo.Commitment{{Target: 0.995, From: start.AddDate(-1, 0, 0)}},
				Agreed: map[string]slo.Agreement{slo.Engineering: {Name: "Ada Lovelace"}, slo.Product: {Name: "Mary Jackson"}},
			},
		}
		return budget.Entry{SLO: s, Objective: s.Objectives[0], Labels: labels.FromStrings("host", "secret-host"), Account: budgettest.NewCurve(from, step, bad, total, covered)}
	}
	review := func(e budget.Entry, c *slo.Change) budget.Entry {
		e.SLO.Reviews = []slo.Review{{Objective: "99.5", Miss: slo.MissID{Start: start, End: start.AddDate(0, 1, 0)}, Learned: "A failover of the bank stops all.", Change: c}}
		return e
	}
	due := start.AddDate(0, 1, 20)
	rolling := monthly("rolling", "Search answers", 9*day, 20*day)
	rolling.SLO.Window = slo.Window{Period: slo.Period{Count: 28, Unit: slo.Day}}
	missing := monthly("missing", "Mail arrives")
	missing.Account, missing.Err = nil, errors.New("no such host: secret-host")
	late := monthly("late", "Login works", 3*day, 11*day, 17*day)
	late.Err = errors.New("timeout at secret-host")
	return []budget.Entry{
		monthly("kept", "Checkout answers"),
		review(monthly("gappy", "Payments are taken", 7*day+10*time.Hour, 8*day+22*time.Hour, 21*day), &slo.Change{
			Kind: "alert", What: "A probe pays a cent through the bank's second site.", Owner: "payments", Due: due, Done: start.AddDate(0, 1, 3)}),
		review(late, &slo.Change{Kind: "other", What: "One deploy at a time.", Owner: "platform", Due: start.AddDate(0, 1, 1)}),
		monthly("unreviewed", "Pictures load", 2*day, 12*day),
		rolling, missing,
	}
}

var shopJuly = report.Question{Title: "Promises of July", From: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC), Now: time.Date(2026, 8, 6, 9, 0, 0, 0, time.UTC)}

func TestGolden(t *testing.T) {
	for name, internal := range map[string]bool{"outside": false, "inside": true} {
		q := shopJuly
		q.Internal = internal
		r := q.Of(slices.Values(shop(t)))
		page, err := r.HTML()
		if err != nil {
			t.Fatal(err)
		}
		for extension, got := range map[string]string{".md": r.Markdown(), ".html": page} {
			t.Run(name+extension, func(t *testing.T) {
				path := filepath.Join("testdata", name+extension)
				if *update {
					if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				if want, err := os.ReadFile(path); err != nil || string(want) != got {
					t.Errorf("%v: the report is another one; if it is meant so, run the tests with -update:\n%s", err, got)
				}
				if told := regexp.MustCompile(`secret-service|Ada|Mary|timeout|secret-host`).FindString(got); !internal && told != "" {
					t.Errorf("%s is told to people outside", told)
				}
			})
		}
	}
}

// TestOneMiss checks that a report of a miss is about nothing else.
func TestOneMiss(t *testing.T) {
	all := shop(t)
	q := shopJuly
	q.Miss = all[0].SLO.Window.Anchor
	r := q.Of(slices.Values(all))
	// The rolling one began on another day.
	if r.Kept != 0 || r.Unknown != 0 || r.Missed != 3 || len(r.Promises) != 3 {
		t.Errorf("%d kept, %d missed, %d not known, of %d promises", r.Kept, r.Missed, r.Unknown, len(r.Promises))
	}
	q.Miss = q.Miss.Add(time.Hour)
	if r := q.Of(slices.Values(all)); len(r.Promises) != 0 {
		t.Errorf("%d promises at another time", len(r.Promises))
	}
}

// TestPeriodsAreLocal checks that July is July where a window's days begin.
func TestPeriodsAreLocal(t *testing.T) {
	for _, name := range []string{"America/Los_Angeles", "UTC", "Pacific/Auckland"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		e := shop(t)[0]
		e.SLO.Window.Anchor = time.Date(2026, 1, 1, 0, 0, 0, 0, zone)
		r := shopJuly.Of(slices.Values([]budget.Entry{e}))
		if len(r.Promises[0].Windows) != 1 || r.Promises[0].Windows[0].Start.Month() != time.July {
			t.Errorf("%s: %+v", name, r.Promises[0].Windows)
		}
	}
}

// TestHostileTexts checks that no text of a definition becomes markup: the elements and
// attributes of the page are the same whatever it says.
func TestHostileTexts(t *testing.T) {
	shape := func(t fataler, text string) string {
		e := reviewed(entry("a", true, 30), 28, &slo.Change{Kind: "test", What: text, Owner: text, Due: t0.Add(40 * day)})
		e.SLO.DisplayName, e.SLO.Description = text, text
		e.SLO.Reviews[0].Learned = text
		q := july
		q.Title, q.Internal = text, true
		page, err := q.Of(slices.Values([]budget.Entry{e})).HTML()
		if err != nil {
			t.Fatalf("%v", err)
		}
		return elements(t, page)
	}
	plain := shape(t, "plain")
	for _, text := range []string{
		`</title><script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `{{.Title}}`, `--><svg onload=alert(1)>`, `</style><link href="https://example.com">`, "javascript:alert(1)", "a\x00b",
	} {
		if got := shape(t, text); got != plain {
			t.Errorf("%q changes the page to\n%s", text, got)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("<>\"'&/=ascriptonl:{}-! "))).Draw(rt, "text")
		if text == "" {
			return
		}
		if got := shape(rt, text); got != plain {
			rt.Fatalf("%q changes the page to\n%s", text, got)
		}
	})
}

// fataler is a test or a property.
type fataler interface{ Fatalf(string, ...any) }

// elements returns the elements of a page with the names of their attributes.
func elements(t fataler, page string) string {
	var b strings.Builder
	decoder := xml.NewDecoder(strings.NewReader(page))
	decoder.Strict, decoder.AutoClose, decoder.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		if err != nil {
			t.Fatalf("%v in %s", err, page)
		}
		if e, ok := token.(xml.StartElement); ok {
			b.WriteString(e.Name.Local)
			for _, a := range e.Attr {
				b.WriteString(" " + a.Name.Local)
			}
			b.WriteString("\n")
		}
	}
}

// TestPageNeedsNothing checks that the page of everything asks for nothing else.
func TestPageNeedsNothing(t *testing.T) {
	page, err := shopJuly.Of(slices.Values(shop(t))).HTML()
	if err != nil {
		t.Fatal(err)
	}
	if found := outside.FindString(page); found != "" {
		t.Errorf("there is %q in the page", found)
	}
	for _, want := range []string{`<html lang="en">`, "default-src 'none'", "prefers-color-scheme: dark", "@media print", `role="img"`, "<title id=", "<figcaption id="} {
		if !strings.Contains(page, want) {
			t.Errorf("%s is missing", want)
		}
	}
	ids := regexp.MustCompile(` id="([^"]*)"`).FindAllString(page, -1)
	if slices.Sort(ids); len(ids) < 8 || len(slices.Compact(slices.Clone(ids))) != len(ids) {
		t.Errorf("ids %v", ids)
	}
}

// TestContrast checks that all words can be read in light, in dark and in print.
func TestContrast(t *testing.T) {
	page, err := shopJuly.Of(slices.Values(shop(t))).HTML()
	if err != nil {
		t.Fatal(err)
	}
	themes := regexp.MustCompile(`:root \{[^}]*\}`).FindAllString(page, -1)
	if len(themes) != 3 {
		t.Fatalf("%d themes", len(themes))
	}
	for i, theme := range themes {
		color := func(name string) float64 {
			found := regexp.MustCompile(`--` + name + `: #([0-9a-f]{6});`).FindStringSubmatch(theme)
			if found == nil {
				t.Fatalf("theme %d has no %s: %s", i, name, theme)
			}
			return luminance(found[1])
		}
		for _, ground := range []string{"page", "wash"} {
			for _, name := range []string{"text", "soft", "kept", "missed", "unknown"} {
				a, b := color(name), color(ground)
				if got := (max(a, b) + 0.05) / (min(a, b) + 0.05); got < 4.5 {
					t.Errorf("theme %d: %s on %s has a contrast of %.2f", i, name, ground, got)
				}
			}
		}
	}
}

// luminance returns the relative luminance of a color, as WCAG 2 defines it.
func luminance(hex string) float64 {
	sum := 0.
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, _ := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

// TestChartsSayWhatTheyShow checks the description of a drawing against the days.
func TestChartsSayWhatTheyShow(t *testing.T) {
	text := shopJuly.Of(slices.Values(shop(t)[1:2])).Markdown()
	page, err := shopJuly.Of(slices.Values(shop(t)[1:2])).HTML()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"took the most", "Nothing was left from ", "In the end it was overspent by 181.5 %.", "Nothing is known of 2 days."} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is missing in\n%s", want, page)
		}
	}
	if bars := strings.Count(page, "<rect "); bars != 31 {
		t.Errorf("%d bars", bars)
	}
	if !strings.Contains(text, "There is data for 93 % of the time.") {
		t.Error(fmt.Sprint("incomplete data is not told:\n", text))
	}
}
