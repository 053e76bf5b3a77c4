package board

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// missing stands for a value that there is not.
const missing = "–"

// percent is a share as a percentage, rounded down so that nothing looks
// better than it is: a missed target never looks met.
func percent(share float64, decimals int) string {
	if math.IsNaN(share) || math.IsInf(share, 0) {
		return missing
	}
	scale := math.Pow(10, float64(decimals))
	// A share such as 0.999 is not exact in binary, and is not to lose its
	// last digit for that.
	const grain = 1e-9
	digits := math.Floor(share*100*scale + grain)
	return strconv.FormatFloat(digits/scale, 'f', decimals, 64) + " %"
}

// target is a target without trailing zeros.
func target(t float64) string {
	if math.IsNaN(t) {
		return missing
	}
	return strconv.FormatFloat(math.Round(t*1e10)/1e8, 'f', -1, 64) + " %"
}

// sli is an SLI with two digits more than its target has.
func sli(v *float64, t float64) string {
	switch {
	case v == nil:
		return missing
	case *v == 1:
		return "100 %"
	default:
		return percent(*v, decimals(t)+2)
	}
}

// decimals is how many digits the target has after the point.
func decimals(t float64) int {
	_, fraction, _ := strings.Cut(strings.TrimSuffix(target(t), " %"), ".")
	return len(fraction)
}

func remaining(v *float64) string {
	if v == nil {
		return missing
	}
	if *v <= -10 {
		return percent(*v, 0)
	}
	return percent(*v, 1)
}

func burn(v *float64) string {
	switch {
	case v == nil || math.IsNaN(*v):
		return missing
	case *v == 0:
		return "0"
	case *v < 0.005:
		return "<0.01"
	case *v < 9.995:
		return strconv.FormatFloat(*v, 'f', 2, 64)
	case *v < 99.95:
		return strconv.FormatFloat(*v, 'f', 1, 64)
	default:
		return strconv.FormatFloat(*v, 'f', 0, 64)
	}
}

// barCells is the length of a full bar.
const barCells = 10

// bar draws the share of the budget that is left, to an eighth of a cell.
func bar(v *float64) string {
	if v == nil || math.IsNaN(*v) {
		return strings.Repeat(" ", barCells)
	}
	eighths := int(math.Ceil(min(max(*v, 0), 1) * barCells * 8))
	s := strings.Repeat("█", eighths/8)
	if part := eighths % 8; part > 0 {
		s += string([]rune("▏▎▍▌▋▊▉")[part-1])
	}
	return s + strings.Repeat("░", barCells-(eighths+7)/8)
}

// when is a time as seen from now.
func when(t, now time.Time) string {
	switch d := t.Sub(now); {
	case d.Abs() < time.Minute:
		return "now"
	case d > 0:
		return "in " + span(d)
	default:
		return span(-d) + " ago"
	}
}

// span is a length of time in its two greatest units, rounded down.
func span(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < day:
		return units(d/time.Hour, "h", d%time.Hour/time.Minute, "min")
	case d < 100*day:
		return units(d/day, "d", d%day/time.Hour, "h")
	default:
		return fmt.Sprintf("%d d", d/day)
	}
}

func units(n time.Duration, unit string, rest time.Duration, small string) string {
	s := fmt.Sprintf("%d %s", n, unit)
	if rest > 0 {
		s += fmt.Sprintf(" %d %s", rest, small)
	}
	return s
}
