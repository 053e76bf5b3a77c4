package board

import (
	"math"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/human"
)

// orMissing returns a value as text, or a dash if there is none.
func orMissing(v *float64, write func(float64) string) string {
	if v == nil {
		return human.Missing
	}
	return write(*v)
}

// sli returns an SLI with enough digits for a target.
func sli(v *float64, target float64) string {
	return orMissing(v, func(v float64) string { return human.SLI(v, target) })
}

// barCells counts the characters of a bar.
const barCells = 10

// bar draws the share of the budget that remains, to an eighth of a cell.
func bar(remaining *float64) string {
	if remaining == nil || math.IsNaN(*remaining) {
		return strings.Repeat(" ", barCells)
	}
	eighths := int(math.Ceil(min(max(*remaining, 0), 1) * barCells * 8))
	s := strings.Repeat("█", eighths/8)
	if part := eighths % 8; part > 0 {
		s += string([]rune("▏▎▍▌▋▊▉")[part-1])
	}
	return s + strings.Repeat("░", barCells-(eighths+7)/8)
}
