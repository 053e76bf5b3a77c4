// Package api describes what dashboards, alert rules, the front end and scripts
// send to the plugin, in JSON. The types of the front end are generated from it
// and from the answers of package plugin; see internal/typescript.
package api

import "github.com/promise-slo/promise-slo-datasource/pkg/slo"

// QueryType selects the answer to a query.
type QueryType string

// The query types.
const (
	Status          QueryType = "status"
	Summary         QueryType = "summary"
	SLI             QueryType = "sli"
	Events          QueryType = "events"
	BurnRate        QueryType = "burnRate"
	Budget          QueryType = "budget"
	Projection      QueryType = "projection"
	Days            QueryType = "days"
	Incidents       QueryType = "incidents"
	Outages         QueryType = "outages"
	Contributors    QueryType = "contributors"
	Windows         QueryType = "windows"
	Kept            QueryType = "kept"
	Targets         QueryType = "targets"
	Gate            QueryType = "gate"
	GateHistory     QueryType = "gateHistory"
	Reviews         QueryType = "reviews"
	BurnAlert       QueryType = "burnAlert"
	ExhaustionAlert QueryType = "exhaustionAlert"
	BudgetAlert     QueryType = "budgetAlert"
	WindowAlert     QueryType = "windowAlert"
	NoDataAlert     QueryType = "noDataAlert"
	GateAlert       QueryType = "gateAlert"
	ReviewAlert     QueryType = "reviewAlert"
	SLOs            QueryType = "slos"
)

// Unit names the unit of a length of time.
type Unit string

// The units.
const (
	Hours   Unit = "h"
	Seconds Unit = "s"
)

// Query describes a query as panels, alert rules and scripts write it.
type Query struct {
	QueryType QueryType `json:"queryType,omitempty"`
	// The name of an SLO, or label matchers such as {team="payments"}; empty
	// selects all.
	SLOs string `json:"slos,omitempty"`
	// The name of the only objectives that are selected; empty selects all.
	Objective string `json:"objective,omitempty"`
	// The lookbacks of burn rates and SLIs, such as 1h. windowAlert reports a
	// closed window for the first of them.
	Lookbacks []Duration `json:"lookbacks,omitempty"`
	// Labels that replace the grouping of the SLO.
	GroupBy []string `json:"groupBy,omitempty"`
	// Filters narrow the SLOs (by slo, service, team, objective and the labels
	// of SLOs), or else the events that are counted.
	Filters []Filter `json:"filters,omitempty"`
	// The dashboard's filters, added when the query is sent.
	AdhocFilters []Filter `json:"adhocFilters,omitempty"`
	// The label by whose values contributors are listed.
	Label string `json:"label,omitempty"`
	// The number of contributors; 0 lists all.
	Top int `json:"top,omitempty"`
	// The only severity for which burnAlert returns values; empty means both.
	Severity slo.Severity `json:"severity,omitempty"`
	// The unit of exhaustionAlert, h if it is empty. Seconds are for texts that write a
	// duration, and are rounded down to minutes or hours where it is long.
	Unit Unit `json:"unit,omitempty"`
	// The burn rate that an incident exceeds; 0 means twice the SLO's usual one, from a
	// quarter to 1.
	Threshold float64 `json:"threshold,omitempty"`
	// The least share of the window's budget that an incident consumed; 0 means 0.01.
	MinShare float64 `json:"minShare,omitempty"`
	// Targets to compare with the common ones, as shares such as 0.997.
	Targets []float64 `json:"targets,omitempty"`
	// How far back targets are compared, such as 180d; by default 90d, or three
	// windows if that is more, up to 400d.
	Since Duration `json:"since,omitempty"`
}

// Filter describes an ad hoc filter as Grafana writes it. The operators =| and !=|
// take several values, all others one.
type Filter struct {
	Key      string   `json:"key"`
	Operator string   `json:"operator"`
	Value    string   `json:"value"`
	Values   []string `json:"values,omitempty"`
}

// VariableKind selects what a query variable lists.
type VariableKind string

// The kinds of variables.
const (
	SLOVariable       VariableKind = "slos"
	ObjectiveVariable VariableKind = "objectives"
	ServiceVariable   VariableKind = "services"
	TeamVariable      VariableKind = "teams"
	ValueVariable     VariableKind = "values"
)

// VariableQuery describes the query of a variable.
type VariableQuery struct {
	Kind VariableKind `json:"kind,omitempty"`
	// The SLOs to list from, as in a Query.
	SLOs string `json:"slos,omitempty"`
	// The label whose values are listed.
	Label string `json:"label,omitempty"`
}
