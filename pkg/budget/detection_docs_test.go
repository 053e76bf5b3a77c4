package budget_test

import (
	"flag"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget/budgettest"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

var update = flag.Bool("update", false, "write the tables of the documentation anew")

const alertsPage = "../../docs/alerts.md"

// TestConditionsPage checks that the tables of the page about alerts show the
// conditions.
func TestConditionsPage(t *testing.T) {
	content, err := os.ReadFile(alertsPage)
	if err != nil {
		t.Fatal(err)
	}
	page := string(content)
	for _, days := range []int{30, 28, 7} {
		begin, end := fmt.Sprintf("<!-- %d days -->\n", days), fmt.Sprintf("<!-- end of %d days -->", days)
		before, rest, found := strings.Cut(page, begin)
		_, rest, closed := strings.Cut(rest, end)
		if !found || !closed {
			t.Fatalf("%s has no place for the conditions of %d days", alertsPage, days)
		}
		page = before + begin + conditionsTable(days) + end + rest
	}
	if page == string(content) {
		return
	}
	if !*update {
		t.Fatalf("%s is out of date; run go test ./pkg/budget -run TestConditionsPage -update", alertsPage)
	}
	if err := os.WriteFile(alertsPage, []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
}

// conditionsTable writes the conditions for a rolling window of days at 99.9 %, and
// how soon they detect a total outage and errors at ten times the budget.
func conditionsTable(days int) string {
	const outage, tenfold = 1000, 10
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	terms := budget.Terms{Target: 0.999, Window: slo.Window{Period: slo.Period{Count: days, Unit: slo.Day}}}
	var table strings.Builder
	table.WriteString("| severity | burn rate | long lookback | short lookback | budget consumed | outage: detection time | reset time | 10 x: detection time | reset time |\n")
	table.WriteString("| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, r := range terms.AlertConditions(now) {
		fmt.Fprintf(&table, "| %s | %.4g | %s | %s | %.3g %% | %s | %s | %s | %s |\n",
			r.Severity, r.BurnRate, model.Duration(r.Long), model.Duration(r.Short), 100*budgettest.Consumes(r, time.Duration(days)*24*time.Hour),
			inTwoUnits(budgettest.DetectionTime(r, outage)), inTwoUnits(budgettest.ResetTime(r, outage)), inTwoUnits(budgettest.DetectionTime(r, tenfold)), inTwoUnits(budgettest.ResetTime(r, tenfold)))
	}
	return table.String()
}

// inTwoUnits writes a length of time in its two largest units, to the second.
func inTwoUnits(d time.Duration, ok bool) string {
	if !ok {
		return "never"
	}
	seconds := int(math.Round(d.Seconds()))
	switch hours, minutes := seconds/3600, seconds/60%60; {
	case hours > 0:
		return fmt.Sprintf("%d h %d min", hours, minutes)
	case minutes > 0:
		return fmt.Sprintf("%d min %d s", minutes, seconds%60)
	}
	return fmt.Sprintf("%d s", seconds)
}
