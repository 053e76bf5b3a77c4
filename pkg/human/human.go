// Package human writes numbers, shares and durations for people. Wherever a text
// or a table shows one, it is written by this package, so that a value looks the
// same everywhere. Nothing looks better than it is: what is good is rounded down,
// and what is bad is rounded up.
package human

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Missing stands for a value that is not known.
const Missing = "–"

// grain keeps a share such as 0.999, which is not exact in binary, from losing its
// last digit.
const grain = 1e-9

// Percent returns a share of what is good as a percentage with so many decimals,
// rounded down: a missed target never looks met.
func Percent(share float64, decimals int) string {
	return percent(share, decimals, func(digits float64) float64 { return math.Floor(digits + grain) })
}

func percent(share float64, decimals int, round func(float64) float64) string {
	if math.IsNaN(share) || math.IsInf(share, 0) {
		return Missing
	}
	scale := math.Pow(10, float64(decimals))
	rounded := round(share*100*scale)/scale + 0 // which is not -0
	return strconv.FormatFloat(rounded, 'f', decimals, 64) + " %"
}

// Target returns a target as a percentage with all of its digits.
func Target(target float64) string {
	if math.IsNaN(target) {
		return Missing
	}
	return percentage(target) + " %"
}

func percentage(target float64) string {
	return strconv.FormatFloat(math.Round(target*1e10)/1e8, 'f', -1, 64)
}

// Decimals returns how many digits a target has after the point as a percentage:
// 1 for 0.999.
func Decimals(target float64) int {
	_, fraction, _ := strings.Cut(percentage(target), ".")
	return len(fraction)
}

// SLI returns an SLI as a percentage with two digits more than its target has.
func SLI(sli, target float64) string {
	if sli == 1 {
		return "100 %"
	}
	return Percent(sli, Decimals(target)+2)
}

// RemainingBudget returns the share of an error budget that remains as a percentage
// with one decimal, or with none if ten budgets or more are gone.
func RemainingBudget(share float64) string {
	if share <= -10 {
		return Percent(share, 0)
	}
	return Percent(share, 1)
}

// ConsumedBudget returns the share of an error budget that is consumed as a percentage
// with one decimal, rounded up.
func ConsumedBudget(share float64) string {
	return percent(share, 1, func(digits float64) float64 { return math.Ceil(digits - grain) })
}

// Chance returns a chance as a percentage. Only what is impossible is 0 %, and only what
// is certain 100 %.
func Chance(chance float64) string {
	switch {
	case chance > 0 && chance < 0.01:
		return "<1 %"
	case chance > 0.99 && chance < 1:
		return ">99 %"
	}
	return percent(chance, 0, math.Round)
}

// BurnRate returns a burn rate with three digits.
func BurnRate(rate float64) string {
	switch {
	case math.IsNaN(rate):
		return Missing
	case rate == 0:
		return "0"
	case rate < 0.005:
		return "<0.01"
	case rate < 9.995:
		return strconv.FormatFloat(rate, 'f', 2, 64)
	case rate < 99.95:
		return strconv.FormatFloat(rate, 'f', 1, 64)
	default:
		return strconv.FormatFloat(rate, 'f', 0, 64)
	}
}

// Events returns a number of events, to a tenth.
func Events(n float64) string {
	rounded := math.Round(n*10) / 10
	if rounded == 0 {
		return "0" // and not -0
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}

// Duration returns a duration in its two largest units, rounded down, such as
// 7 d, 1 d 4 h or 5 min.
func Duration(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < day:
		return twoUnits(d/time.Hour, "h", d%time.Hour/time.Minute, "min")
	case d < 100*day:
		return twoUnits(d/day, "d", d%day/time.Hour, "h")
	default:
		return fmt.Sprintf("%d d", d/day)
	}
}

// RoundSeconds returns a number of seconds rounded down to the precision that
// people want: hours from two days on, minutes from ten on.
func RoundSeconds(seconds float64) float64 {
	grain := time.Second
	switch {
	case math.IsNaN(seconds) || math.IsInf(seconds, 0):
		return seconds
	case math.Abs(seconds) >= (48 * time.Hour).Seconds():
		grain = time.Hour
	case math.Abs(seconds) >= (10 * time.Minute).Seconds():
		grain = time.Minute
	}
	return math.Floor(seconds/grain.Seconds()) * grain.Seconds()
}

// OutageLeft returns the minutes of outage that a budget has left, rounded down.
// They are below 0 where it is overspent.
func OutageLeft(minutes float64) string {
	if math.IsNaN(minutes) || math.IsInf(minutes, 0) {
		return Missing
	}
	if minutes < 0 {
		return "-" + Duration(time.Duration(math.Ceil(-minutes-grain))*time.Minute)
	}
	return Duration(time.Duration(minutes * float64(time.Minute)))
}

func twoUnits(n time.Duration, unit string, rest time.Duration, smaller string) string {
	s := fmt.Sprintf("%d %s", n, unit)
	if rest > 0 {
		s += fmt.Sprintf(" %d %s", rest, smaller)
	}
	return s
}

// Relative returns a time as seen from now, such as "in 3 d 4 h" or "3 h ago".
func Relative(t, now time.Time) string {
	switch d := t.Sub(now); {
	case d.Abs() < time.Minute:
		return "now"
	case d > 0:
		return "in " + Duration(d)
	default:
		return Duration(-d) + " ago"
	}
}

// Time returns a time in UTC, to the minute.
func Time(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 MST") }

// Count returns a number with its noun, such as "1 error" or "2 errors".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// List returns names in a list, of which it shows so many.
func List(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d others", strings.Join(names[:most], ", "), len(names)-most)
}

// Sentence returns a text with its first letter in upper case.
func Sentence(text string) string {
	r, n := utf8.DecodeRuneInString(text)
	if n == 0 {
		return ""
	}
	return string(unicode.ToUpper(r)) + text[n:]
}
