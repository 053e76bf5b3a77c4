package badge

import (
	"encoding/xml"
	"errors"
	"flag"
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

	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget/budgettest"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

var update = flag.Bool("update", false, "write the golden files")

const (
	day  = 24 * time.Hour
	step = 5 * time.Minute
)

// now is a Wednesday.
var now = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// entry returns a promise of 99 % a week, of 70 days with an outage that ended some time
// ago and lasted so long.
func entry(name string, calendar bool, ago, lasting time.Duration) budget.Entry {
	n := int(70 * day / step)
	bad, total := make([]float64, n), make([]float64, n)
	for i := range n {
		total[i] = 100
		if age := time.Duration(n-1-i) * step; age >= ago && age < ago+lasting {
			bad[i] = 100
		}
	}
	s := slo.SLO{Name: name, Window: slo.Window{Period: slo.Period{Count: 1, Unit: slo.Week}, Calendar: calendar, Anchor: time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)}}
	s.Objectives = []slo.Objective{{Name: "99", Target: 0.99}}
	return budget.Entry{SLO: s, Objective: s.Objectives[0], AsOf: now, From: now.Add(-70 * day), Account: budgettest.NewCurve(now.Add(-70*day), step, bad, total, nil)}
}

func TestBadge(t *testing.T) {
	fine := entry("Fine", false, 0, 0)
	failed := fine
	failed.Err = errors.New("the server is away")
	empty := fine
	empty.Account = nil
	for name, tt := range map[string]struct {
		entries []budget.Entry
		q       Question
		want    string
		tone    tone
	}{
		"all of it":                {[]budget.Entry{fine}, Question{}, "Fine: 100.0 % of budget left", good},
		"at risk":                  {[]budget.Entry{entry("A", false, 5*day, 95*time.Minute)}, Question{}, "A: at risk, 5.7 % of budget left", warning},
		"burning":                  {[]budget.Entry{entry("A", false, 0, 30*time.Minute)}, Question{}, "A: burning, 70.2 % of budget left", warning},
		"out of budget":            {[]budget.Entry{entry("A", true, day, 5*time.Hour)}, Question{}, "A: out of budget", bad},
		"several":                  {[]budget.Entry{fine, entry("A", true, day, 5*time.Hour)}, Question{}, "2 promises: out of budget", bad},
		"a label":                  {[]budget.Entry{fine}, Question{Label: "Shop"}, "Shop: 100.0 % of budget left", good},
		"one of them not known":    {[]budget.Entry{fine, empty}, Question{}, "Fine: not known", unknown},
		"out of date":              {[]budget.Entry{failed}, Question{}, "Fine: not known", unknown},
		"a definition with errors": {[]budget.Entry{fine}, Question{Refused: true}, "Fine: not known", unknown},
		"nothing":                  {nil, Question{}, "0 promises: not known", unknown},
		"kept":                     {[]budget.Entry{entry("A", true, 0, 0)}, Question{Show: ShowStreak}, "A: kept 4 windows in a row", good},
		"kept, rolling":            {[]budget.Entry{fine}, Question{Show: ShowStreak}, "Fine: kept 4 windows in a row", good},
		"kept since":               {[]budget.Entry{entry("A", true, 15*day, 5*time.Hour)}, Question{Show: ShowStreak}, "A: kept 1 window", good},
		"missed":                   {[]budget.Entry{entry("A", true, 5*day, 5*time.Hour)}, Question{Show: ShowStreak}, "A: last window missed", bad},
		"missed, rolling":          {[]budget.Entry{entry("A", false, day, 5*time.Hour)}, Question{Show: ShowStreak}, "A: out of budget", bad},
		"again, rolling":           {[]budget.Entry{entry("A", false, 9*day, 3*time.Hour)}, Question{Show: ShowStreak}, "A: in budget since 23 November 2026", neutral},
		"the shortest streak":      {[]budget.Entry{fine, entry("A", true, 15*day, 5*time.Hour)}, Question{Show: ShowStreak}, "2 promises: kept 1 window", good},
		"a streak not known":       {[]budget.Entry{empty}, Question{Show: ShowStreak}, "Fine: not known", unknown},
		"does not tell the hour":   {[]budget.Entry{entry("A", true, 0, 30*time.Minute)}, Question{Show: ShowStreak}, "A: kept 4 windows in a row", good},
	} {
		t.Run(name, func(t *testing.T) {
			tt.q.Now = now
			got := tt.q.Of(slices.Values(tt.entries))
			if text := got.Label + ": " + got.Message; text != tt.want || got.tone != tt.tone {
				t.Errorf("got %s, tone %d", text, got.tone)
			}
			if !strings.HasPrefix(got.Description, tt.want) {
				t.Errorf("described as %s", got.Description)
			}
		})
	}
}

func TestSVG(t *testing.T) {
	for name, b := range map[string]Badge{
		"good":    {Label: "Checkout answers", Message: "84.2 % of budget left", Description: "Checkout answers: 84.2 % of budget left, as of today.", tone: good},
		"unknown": {Label: "3 promises", Message: "not known", Description: "3 promises: not known.", tone: unknown},
		"hostile": {Label: `</text><script>alert("1")</script>`, Message: "a\x00b & c", Description: `"><img src=x>`, tone: bad},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join("testdata", name+".svg")
			if *update {
				if err := os.WriteFile(path, []byte(b.SVG()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil || string(want) != b.SVG() {
				t.Errorf("%v: got\n%s", err, b.SVG())
			}
		})
	}
}

// TestSVGIsWellFormed checks that no text breaks out of its place, and that the image
// needs nothing from outside.
func TestSVGIsWellFormed(t *testing.T) {
	known := []string{"svg", "title", "desc", "rect", "path", "g", "text"}
	rapid.Check(t, func(t *rapid.T) {
		b := Badge{Label: rapid.String().Draw(t, "label"), Message: rapid.StringMatching(`[<>"'&a-z ]*`).Draw(t, "message"), Description: rapid.String().Draw(t, "description")}
		decoder := xml.NewDecoder(strings.NewReader(b.SVG()))
		for {
			token, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%v in %s", err, b.SVG())
			}
			element, ok := token.(xml.StartElement)
			if !ok {
				continue
			}
			if !slices.Contains(known, element.Name.Local) {
				t.Fatalf("there is a %s in %s", element.Name.Local, b.SVG())
			}
			for _, a := range element.Attr {
				if a.Name.Local == "href" || a.Name.Local == "src" || strings.HasPrefix(a.Name.Local, "on") {
					t.Fatalf("there is a %s in %s", a.Name.Local, b.SVG())
				}
			}
		}
	})
}

// TestContrast checks that white text can be read on every color.
func TestContrast(t *testing.T) {
	for _, color := range []string{labelColor, unknown.color(), good.color(), neutral.color(), warning.color(), bad.color()} {
		if got := 1.05 / (luminance(t, color) + 0.05); got < 4.5 {
			t.Errorf("white on %s has a contrast of %.2f", color, got)
		}
	}
}

// luminance returns the relative luminance of a color, as WCAG 2 defines it.
func luminance(t *testing.T, color string) float64 {
	t.Helper()
	if !regexp.MustCompile(`^#[0-9a-f]{6}$`).MatchString(color) {
		t.Fatalf("%s is no color", color)
	}
	sum := 0.
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, _ := strconv.ParseUint(color[1+2*i:3+2*i], 16, 8)
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
