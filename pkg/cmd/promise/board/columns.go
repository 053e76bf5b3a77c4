package board

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
)

// column describes a column of the table.
type column struct {
	title string
	// name stands for the title outside the table. It is empty if nothing is lost
	// without the column.
	name  string
	align text.Align
	cell  func(r Row, now time.Time) string
	// drop says at which turn the column is dropped where the terminal is narrow;
	// 0 is never.
	drop int
	// painted marks columns in the color of the row's state.
	painted bool
}

const (
	nameTitle = "SLO"
	// maxDrop counts the turns at which columns are dropped.
	maxDrop = 8
)

// columnsAfter returns the columns that remain after some turns of dropping, and
// the names of those that do not.
func columnsAfter(drops int) (shown []column, hidden []string) {
	for _, c := range columns() {
		if c.drop == 0 || c.drop > drops {
			shown = append(shown, c)
		} else if c.name != "" {
			hidden = append(hidden, c.name)
		}
	}
	return shown, hidden
}

func columns() []column {
	return []column{
		{title: "State", painted: true, cell: func(r Row, _ time.Time) string { return words(r.State) }},
		{title: "Fires", painted: true, cell: func(r Row, _ time.Time) string { return string(r.Firing) }},
		{title: nameTitle, cell: func(r Row, _ time.Time) string { return r.title() }},
		{title: "Service", name: "service", drop: 4, cell: func(r Row, _ time.Time) string { return r.Service }},
		number("SLI", "", 0, func(r Row) string { return sli(r.SLI, r.Target) }),
		number("Target", "", 0, func(r Row) string { return human.Target(r.Target) }),
		{title: "", drop: 6, painted: true, cell: func(r Row, _ time.Time) string { return bar(r.Remaining) }},
		number("Budget left", "", 0, func(r Row) string { return orMissing(r.Remaining, human.RemainingBudget) }),
		number("Events left", "events left", 2, func(r Row) string { return orMissing(r.LeftEvents, human.Events) }),
		number("Outage left", "outage left", 5, func(r Row) string { return orMissing(r.LeftMinutes, human.OutageLeft) }),
		number("Burn 1h", "", 0, func(r Row) string { return orMissing(r.Burn1h, human.BurnRate) }),
		number("6h", "burn 6h", 8, func(r Row) string { return orMissing(r.Burn6h, human.BurnRate) }),
		number("1d", "burn 1d", 7, func(r Row) string { return orMissing(r.Burn1d, human.BurnRate) }),
		{title: "Runs out", cell: runsOut},
		number("Miss", "chance of a miss", 4, func(r Row) string { return orMissing(r.MissChance, human.Chance) }),
		number("Yesterday", "yesterday", 3, func(r Row) string { return sli(r.Yesterday, r.Target) }),
		{title: "Worst incident", name: "worst incident", drop: 1, cell: worstIncident},
	}
}

// number returns a column of numbers.
func number(title, name string, drop int, cell func(Row) string) column {
	return column{title: title, name: name, align: text.AlignRight, drop: drop, cell: func(r Row, _ time.Time) string { return cell(r) }}
}

// title returns the SLO with its objective and labels.
func (r Row) title() string {
	s := r.SLO
	if r.Objective != "" {
		s += " / " + r.Objective
	}
	if len(r.Labels) == 0 {
		return s
	}
	var pairs []string
	for _, k := range slices.Sorted(maps.Keys(r.Labels)) {
		pairs = append(pairs, k+"="+strconv.Quote(r.Labels[k]))
	}
	return s + " {" + strings.Join(pairs, ", ") + "}"
}

func runsOut(r Row, now time.Time) string {
	switch {
	case r.ExhaustsAt != nil:
		return human.Relative(*r.ExhaustsAt, now)
	case r.Remaining == nil || r.State == budget.StateNoData:
		return human.Missing
	default:
		return "not in sight"
	}
}

func worstIncident(r Row, now time.Time) string {
	if r.Worst == nil {
		return human.Missing
	}
	s := human.Relative(r.Worst.Start, now)
	if r.Worst.Open {
		s += ", ongoing"
	} else {
		s += ", for " + human.Duration(r.Worst.End.Sub(r.Worst.Start))
	}
	if r.Worst.Share != nil && !math.IsNaN(*r.Worst.Share) {
		s += ", " + human.ConsumedBudget(*r.Worst.Share) + " of budget"
	}
	return s
}
