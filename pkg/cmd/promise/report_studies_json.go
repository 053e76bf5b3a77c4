package main

import (
	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
	"github.com/promise-slo/promise-slo-datasource/pkg/targets"
)

// studyRow contains a study as scripts read it. Its keys are a contract.
type studyRow struct {
	SLO string `json:"slo"`
	// Instance tells SLOs of one name apart; absent where one is alone.
	Instance  string            `json:"instance,omitempty"`
	Objective *string           `json:"objective"`
	Service   *string           `json:"service"`
	Labels    map[string]string `json:"labels"`
	Window    *string           `json:"window"`
	// Unit is window, or day for rolling windows.
	Unit    *string `json:"unit"`
	History *span   `json:"history"`
	// The highest targets that would have been kept in all windows, and in nine of ten.
	KeptInAll  budget.Value     `json:"keptInAll"`
	KeptInMost budget.Value     `json:"keptInMost"`
	Considered *consideredRange `json:"considered"`
	Targets    []candidateRow   `json:"targets"`
	Notices    []string         `json:"notices"`
	Error      *string          `json:"error"`
}

type span struct {
	From utc `json:"from"`
	To   utc `json:"to"`
}

// candidateRow contains a target that is compared.
type candidateRow struct {
	Target     float64 `json:"target"`
	InForce    bool    `json:"inForce"`
	Promised   bool    `json:"promised"`
	Asked      bool    `json:"asked"`
	Considered *bool   `json:"considered"`

	Kept           int          `json:"kept"`
	Missed         int          `json:"missed"`
	Unknown        int          `json:"unknown"`
	KeptShare      budget.Value `json:"keptShare"`
	WorstConsumed  budget.Value `json:"worstConsumed"`
	MedianConsumed budget.Value `json:"medianConsumed"`

	Pages   *firedRow    `json:"pages"`
	Tickets *firedRow    `json:"tickets"`
	Matters *incidentRow `json:"incidents"`

	AllowedEvents  budget.Value `json:"allowedEvents"`
	AllowedMinutes budget.Value `json:"allowedMinutes"`
	ChanceKept     budget.Value `json:"chanceKept"`
}

// firedRow counts alerts, those of them that were about an incident that mattered,
// and for how long they fired.
type firedRow struct {
	Count     int     `json:"count"`
	Justified int     `json:"justified"`
	Seconds   float64 `json:"seconds"`
}

// incidentRow counts incidents that mattered, and those during which a page fired,
// null if pages are turned off.
type incidentRow struct {
	Count int  `json:"count"`
	Paged *int `json:"paged"`
}

func writeStudiesJSON(sys system, studies []targets.Study) error {
	rows := make([]studyRow, len(studies))
	for i, s := range studies {
		rows[i] = newStudyRow(s)
	}
	return encodeJSON(sys.stdout, rows)
}

func newStudyRow(s targets.Study) studyRow {
	r := studyRow{
		SLO: s.SLO.Name, Instance: s.SLO.Instance, Labels: s.Labels.Map(), KeptInAll: s.KeptInAll, KeptInMost: s.KeptInMost,
		Targets: []candidateRow{}, Notices: append([]string{}, s.Notices...),
	}
	if s.Err != nil {
		r.Error = new(s.Err.Error())
	}
	if len(s.SLO.Objectives) == 0 {
		return r
	}
	r.Objective, r.Service, r.Window, r.Unit = &s.Objective.Name, &s.SLO.Service, new(s.SLO.Window.String()), new(s.Unit())
	if s.HasHistory() {
		r.History = &span{utc(s.From), utc(s.To)}
	}
	if s.Considered != nil {
		r.Considered = new(consideredRange(*s.Considered))
	}
	if s.Forecast.Notice != "" {
		r.Notices = append(r.Notices, s.Forecast.Notice)
	}
	for _, row := range s.Rows {
		r.Targets = append(r.Targets, newCandidateRow(s, row))
	}
	return r
}

func newCandidateRow(s targets.Study, r targets.Row) candidateRow {
	c := candidateRow{
		Target: r.Candidate.Target, InForce: r.InForce, Promised: r.Promised, Asked: r.Asked,
		Kept: r.Kept, Missed: r.Missed, Unknown: r.Unknown, KeptShare: r.KeptShare(), WorstConsumed: r.Worst, MedianConsumed: r.Median,
		Pages: newFiredRow(s, slo.Page, r.Pages), Tickets: newFiredRow(s, slo.Ticket, r.Tickets),
		AllowedEvents: r.AllowedEvents, AllowedMinutes: r.AllowedMinutes, ChanceKept: r.ChanceKept,
	}
	if s.Considered != nil {
		c.Considered = &r.Considered
	}
	if s.HasHistory() {
		c.Matters = &incidentRow{Count: r.Incidents}
		if s.HasAlerts(slo.Page) {
			c.Matters.Paged = &r.Paged
		}
	}
	return c
}

// newFiredRow returns the alerts of a severity, nil if they are turned off or nothing
// is known.
func newFiredRow(s targets.Study, severity slo.Severity, f budget.Fired) *firedRow {
	if !s.HasAlerts(severity) || !s.HasHistory() {
		return nil
	}
	return &firedRow{Count: f.Count, Justified: f.Justified, Seconds: f.Time.Seconds()}
}
