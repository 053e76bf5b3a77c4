package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/cmd/promise/board"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
)

// summary counts the results of audits.
type summary struct {
	objectives, failed int
	// agree, differ and noData count days. explained counts those among agree
	// that do because of what increase() cannot see.
	agree, explained, differ, noData int
}

func summarize(audits []audit) (sum summary) {
	for _, a := range audits {
		sum.objectives++
		if a.err != nil {
			sum.failed++
		}
		for _, d := range a.days {
			switch d.Verdict() {
			case ledger.VerdictDiffers:
				sum.differ++
			case ledger.VerdictNoData:
				sum.noData++
			case ledger.VerdictExplained:
				sum.explained++
				sum.agree++
			case ledger.VerdictAgrees:
				sum.agree++
			}
		}
	}
	return sum
}

// String returns the summary as a sentence.
func (s summary) String() string {
	parts := []string{fmt.Sprintf("%d %s with the server's own count", s.agree, verb(s.agree, "agree"))}
	if s.explained > 0 {
		parts[0] += fmt.Sprintf(" (%d only with what increase() cannot see added)", s.explained)
	}
	parts = append(parts, fmt.Sprintf("%d %s", s.differ, verb(s.differ, "differ")))
	if s.noData > 0 {
		parts = append(parts, fmt.Sprintf("%d without data", s.noData))
	}
	if s.failed > 0 {
		parts = append(parts, human.Count(s.failed, "objective")+" could not be computed")
	}
	days := human.Count(s.agree+s.differ+s.noData, "day")
	return fmt.Sprintf("%s of %s: %s", days, human.Count(s.objectives, "objective"), strings.Join(parts, ", "))
}

// verb returns a verb for a number of things.
func verb(n int, plain string) string {
	if n == 1 {
		return plain + "s"
	}
	return plain
}

// auditColumns contains the columns of the table: four about bad events, and the
// same four about all events.
var auditColumns = []board.Column{
	{Title: "SLO"},
	{Title: "Day"},
	{Title: "Bad", Right: true},
	{Title: "unseen", Right: true},
	{Title: "increase()", Right: true},
	{Title: "difference", Right: true},
	{Title: "Events", Right: true},
	{Title: "unseen", Right: true},
	{Title: "increase()", Right: true},
	{Title: "difference", Right: true},
	{Title: "Verdict"},
}

// writeAudits prints a table with a line for each day, the notices, and the summary.
func writeAudits(sys system, audits []audit) error {
	if len(audits) == 0 {
		return nil
	}
	var rows [][]string
	var notes string
	for _, a := range audits {
		name := a.name()
		if a.err != nil {
			notes += name + ": " + oneLine(a.err) + "\n"
		}
		for _, n := range a.notices {
			notes += name + ": " + n + "\n"
		}
		for _, d := range a.days {
			rows = append(rows, auditCells(name, d))
			name = ""
		}
	}
	if notes != "" {
		notes += "\n"
	}
	_, err := fmt.Fprintf(sys.stdout, "%s\n\n%s%s\n", board.Table(auditColumns, rows), notes, summarize(audits))
	return err
}

func (a audit) name() string {
	if a.objective == nil || len(a.SLO.Objectives) == 1 {
		return a.SLO.ID()
	}
	return a.SLO.ID() + " / " + a.objective.Name
}

func auditCells(name string, d ledger.Comparison) []string {
	bad, total := d.Difference()
	return []string{
		name, formatDay(d.From, d.To),
		human.Events(d.Bad), human.Events(d.UnseenBad), human.Events(d.ServerBad), formatDifference(bad),
		human.Events(d.Total), human.Events(d.UnseenTotal), human.Events(d.ServerTotal), formatDifference(total),
		strings.ReplaceAll(string(d.Verdict()), "_", " "),
	}
}

// formatDay returns a day, or a part of one with its hours.
func formatDay(from, to time.Time) string {
	if to.Sub(from) == 24*time.Hour {
		return from.Format(time.DateOnly)
	}
	return from.Format("2006-01-02 15:04") + to.Format("–15:04")
}

// formatDifference returns a number of events with its sign.
func formatDifference(n float64) string {
	if n >= 0.05 {
		return "+" + human.Events(n)
	}
	return human.Events(n)
}

// auditRow contains an audit as scripts read it. Its keys are a contract.
type auditRow struct {
	SLO       string  `json:"slo"`
	Objective *string `json:"objective"`
	Service   *string `json:"service"`
	// Null means that it is not known.
	Agrees  *bool      `json:"agrees"`
	Days    []auditDay `json:"days"`
	Notices []string   `json:"notices"`
	Error   *string    `json:"error"`
}

type auditDay struct {
	From    utc            `json:"from"`
	To      utc            `json:"to"`
	Verdict ledger.Verdict `json:"verdict"`
	Bad     auditCount     `json:"bad"`
	Total   auditCount     `json:"total"`
}

// auditCount contains a number of events as it was counted twice.
type auditCount struct {
	Ledger float64 `json:"ledger"`
	// Unseen counts the events among Ledger that increase() cannot see.
	Unseen   float64 `json:"unseen"`
	Increase float64 `json:"increase"`
	// Ledger less Unseen and Increase.
	Difference float64 `json:"difference"`
}

func writeAuditsJSON(sys system, audits []audit) error {
	rows := make([]auditRow, len(audits))
	for i, a := range audits {
		rows[i] = a.row()
	}
	return encodeJSON(sys.stdout, rows)
}

func (a audit) row() auditRow {
	r := auditRow{SLO: a.SLO.Name, Days: []auditDay{}, Notices: append([]string{}, a.notices...)}
	if a.objective != nil {
		r.Objective, r.Service = &a.objective.Name, &a.SLO.Service
	}
	differ := false
	for _, d := range a.days {
		bad, total := d.Difference()
		differ = differ || d.Verdict() == ledger.VerdictDiffers
		r.Days = append(r.Days, auditDay{
			From: utc(d.From), To: utc(d.To), Verdict: d.Verdict(),
			Bad:   auditCount{d.Bad, d.UnseenBad, d.ServerBad, bad},
			Total: auditCount{d.Total, d.UnseenTotal, d.ServerTotal, total},
		})
	}
	if a.err != nil {
		r.Error = new(a.err.Error())
	} else {
		r.Agrees = new(!differ)
	}
	return r
}
