package board

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"
)

// order is the states from the worst to the best. Nobody knows how an SLO
// without data does, so it goes before those that do well.
var order = [...]string{"exhausted", "burning", "at_risk", "no_data", "ok"}

func worseFirst(a, b Row) int {
	return cmp.Or(
		cmp.Compare(severity(a.State), severity(b.State)),
		cmp.Compare(left(a), left(b)),
		strings.Compare(name(a), name(b)),
	)
}

// severity of an unknown state is that of no data.
func severity(state string) int {
	if i := slices.Index(order[:], state); i >= 0 {
		return i
	}
	return slices.Index(order[:], "no_data")
}

func left(r Row) float64 {
	if r.Remaining == nil {
		return math.Inf(-1)
	}
	return *r.Remaining
}

func unknown(state string) bool { return order[severity(state)] == "no_data" }

// word is the state as people write it.
func word(state string) string { return strings.ReplaceAll(state, "_", " ") }

func paint(state, s string) string { return text.Escape(s, colors(state).EscapeSeq()) }

func colors(state string) text.Colors {
	switch order[severity(state)] {
	case "exhausted":
		return text.Colors{text.FgRed, text.Bold}
	case "burning":
		return text.Colors{text.FgRed}
	case "at_risk":
		return text.Colors{text.FgYellow}
	case "ok":
		return text.Colors{text.FgGreen}
	default:
		return text.Colors{text.FgMagenta}
	}
}
