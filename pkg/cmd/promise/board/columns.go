package board

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/promise-slo/promise-slo-datasource/pkg/human"
)

// column is a column of the table.
type column struct {
	title string
	// long is the title outside the table, empty if nothing is lost without
	// the column.
	long  string
	align text.Align
	cell  func(r Row, now time.Time) string
	// spare is its turn to be left out where the terminal is narrow; 0 is
	// never.
	spare int
	// painted says that the cell has the colour of the row's state.
	painted bool
}

const (
	nameTitle  = "SLO"
	mostSpared = 6
)

// columns are those that are shown, and the titles of those left out, after
// some turns of leaving out.
func columns(spare int) (shown []column, hidden []string) {
	for _, c := range allColumns() {
		if c.spare == 0 || c.spare > spare {
			shown = append(shown, c)
		} else if c.long != "" {
			hidden = append(hidden, c.long)
		}
	}
	return shown, hidden
}

func allColumns() []column {
	return []column{
		{title: "State", painted: true, cell: func(r Row, _ time.Time) string { return word(r.State) }},
		{title: nameTitle, cell: func(r Row, _ time.Time) string { return name(r) }},
		{title: "Service", long: "service", spare: 3, cell: func(r Row, _ time.Time) string { return r.Service }},
		number("SLI", "", 0, func(r Row) string { return sli(r.SLI, r.Target) }),
		number("Target", "", 0, func(r Row) string { return human.Target(r.Target) }),
		{title: "", spare: 4, painted: true, cell: func(r Row, _ time.Time) string { return bar(r.Remaining) }},
		number("Budget left", "", 0, func(r Row) string { return orMissing(r.Remaining, human.BudgetShare) }),
		number("Burn 1h", "", 0, func(r Row) string { return orMissing(r.Burn1h, human.BurnRate) }),
		number("6h", "burn 6h", 6, func(r Row) string { return orMissing(r.Burn6h, human.BurnRate) }),
		number("1d", "burn 1d", 5, func(r Row) string { return orMissing(r.Burn1d, human.BurnRate) }),
		{title: "Runs out", cell: runsOut},
		number("Yesterday", "yesterday", 2, func(r Row) string { return sli(r.Yesterday, r.Target) }),
		{title: "Worst incident", long: "worst incident", spare: 1, cell: worst},
	}
}

func number(title, long string, spare int, cell func(Row) string) column {
	return column{title: title, long: long, align: text.AlignRight, spare: spare, cell: func(r Row, _ time.Time) string { return cell(r) }}
}

// name is the SLO, its objective and its labels.
func name(r Row) string {
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
	case r.Remaining == nil || unknown(r.State):
		return human.Missing
	default:
		return "not in sight"
	}
}

func worst(r Row, now time.Time) string {
	if r.Worst == nil {
		return human.Missing
	}
	s := human.Relative(r.Worst.Start, now)
	if r.Worst.Open {
		s += ", going on"
	} else {
		s += ", for " + human.Duration(r.Worst.End.Sub(r.Worst.Start))
	}
	if r.Worst.Share != nil && !math.IsNaN(*r.Worst.Share) {
		s += ", " + human.BudgetShare(*r.Worst.Share) + " of budget"
	}
	return s
}
