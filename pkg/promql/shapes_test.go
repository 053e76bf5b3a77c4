package promql

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestShapes compiles queries as people write them, and says of each how it is
// counted: exactly, every minute, by an estimate, or not at all. A line of
// shapes.txt has the way, the query of bad events and that of all, or a ratio.
func TestShapes(t *testing.T) {
	for _, shape := range shapes(t) {
		t.Run(shape[1], func(t *testing.T) {
			if got := wayOf(compileTexts(shape[1:])); got != shape[0] {
				t.Errorf("%s, not %s", got, shape[0])
			}
		})
	}
}

// shapes returns the lines of shapes.txt.
func shapes(t *testing.T) (all [][]string) {
	file, err := os.Open(filepath.Join("testdata", "shapes.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for rows := bufio.NewScanner(file); rows.Scan(); {
		all = append(all, strings.Split(rows.Text(), "\t"))
	}
	return all
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
