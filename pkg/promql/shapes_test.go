package promql

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// TestShapes compiles queries as people write them, and says of each how it is
// counted: exactly, every minute, by an estimate, or not at all. A line of
// shapes.txt has the way, the query of bad events and that of all, or a ratio.
func TestShapes(t *testing.T) {
	file, err := os.Open(filepath.Join("testdata", "shapes.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for rows := bufio.NewScanner(file); rows.Scan(); {
		fields := strings.Split(rows.Text(), "\t")
		t.Run(fields[1], func(t *testing.T) {
			var ind slo.Indicator = failureRatio(fields[1])
			if len(fields) > 2 {
				ind = bad(fields[1], fields[2])
			}
			if got := wayOf(Compile(ind)); got != fields[0] {
				t.Errorf("%s, not %s", got, fields[0])
			}
		})
	}
}

func wayOf(plan *Plan, err error) string {
	switch {
	case err != nil:
		return "refused"
	case plan.onGrid() != nil:
		return "every minute"
	case plan.Estimate != "":
		return "estimate"
	default:
		return "exact"
	}
}
