package board

import (
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// compareUrgency orders rows from the most urgent one.
func compareUrgency(a, b Row) int { return a.urgency().Compare(b.urgency()) }

func (r Row) urgency() budget.Urgency {
	u := budget.Urgency{State: r.State, Firing: r.Firing, Name: r.title()}
	if r.Remaining != nil {
		u.Remaining = budget.Some(*r.Remaining)
	}
	return u
}

// words returns a state as people write it.
func words(s budget.State) string { return strings.ReplaceAll(string(s), "_", " ") }

// paint returns a text in the color of a state.
func paint(s budget.State, t string) string { return text.Escape(t, colors(s).EscapeSeq()) }

func colors(s budget.State) text.Colors {
	switch s {
	case budget.StateExhausted:
		return text.Colors{text.FgRed, text.Bold}
	case budget.StateBurning:
		return text.Colors{text.FgRed}
	case budget.StateAtRisk:
		return text.Colors{text.FgYellow}
	case budget.StateOK:
		return text.Colors{text.FgGreen}
	default:
		return text.Colors{text.FgMagenta}
	}
}
