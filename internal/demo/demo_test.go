package demo

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/internal/story"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
)

// The whole demo, on the real story, with the executable as it is built.
func TestRunOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: this test starts servers")
	}
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	var out bytes.Buffer
	if err := Run(t.Context(), Options{Out: &out, Plugin: builtPlugin(t), Once: true}); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	text := out.String()
	t.Log(text)
	testBoard(t, text)
	for _, want := range []string{
		`cold.* … 16 rows`, `warm.* … 16 rows`, `The server works\. Found 15 SLOs of 6 services`,
		`Ledger API by quarter missed the window of .*, \d{3}\.\d % of the budget consumed`,
		`nobody got through\.\n  Checkout by week: .* bad events in (20|25|30) min consumed`,
		`Login by week: kept \d+ windows in a row`, `Ledger API by quarter missed .*: (Change in place|Change open)`, `Checkout by week missed .*: Change late`,
		`Images by week missed .*: Unreviewed`, `Checkout answers: migration is blocked`, `Images load: deploy is allowed by an override until`,
		`Login is quick: .* bad events in`, `Images .*: .* it may be ongoing`,
	} {
		if !regexp.MustCompile(want).MatchString(text) {
			t.Errorf("the output lacks %s", want)
		}
	}
	if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
		t.Errorf("temporary files are left: %v, %v", left, err)
	}
}

// testBoard checks that each SLO of the story has a line with numbers.
func testBoard(t *testing.T, text string) {
	t.Helper()
	set, err := definition.Load(t.Context(), story.Definitions())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range set.SLOs {
		line := regexp.MustCompile(`(?m)^(ok|at risk|burning|exhausted|no data) .*` + regexp.QuoteMeta(s.Title()) + ` .*$`)
		lines := line.FindAllString(text, -1)
		if len(lines) == 0 {
			t.Errorf("%q is not on the board", s.Title())
		}
		for _, l := range lines {
			// The story has data for all, with errors now and then.
			if strings.Count(l, " %") < 3 || strings.HasPrefix(l, "no data") {
				t.Errorf("there are no numbers in %q", l)
			}
		}
	}
	if leak := regexp.MustCompile(`(?m)^(burning|exhausted) .*Images load .*$`); !leak.MatchString(text) {
		t.Error("nothing is said of the leak")
	}
}
