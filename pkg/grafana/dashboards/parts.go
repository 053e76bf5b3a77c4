package dashboards

import (
	"reflect"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/text"

	"github.com/promise-slo/promise-slo-datasource/pkg/api"
)

// source identifies the data source that panels ask, by its uid.
type source string

func (s source) ref() common.DataSourceRef {
	return common.DataSourceRef{Type: new(PluginID), Uid: new(string(s))}
}

// target holds a query of a panel or an annotation.
type target struct {
	api.Query
	RefID      string                `json:"refId"`
	DataSource *common.DataSourceRef `json:"datasource,omitempty"`
}

// query returns the query of a panel.
func (s source) query(refID string, q api.Query) target {
	return target{Query: q, RefID: refID, DataSource: new(s.ref())}
}

// Build returns the target itself, as builders of the SDK do.
func (t target) Build() (variants.Dataquery, error) { return t, nil }

// ImplementsDataqueryVariant marks the target as a query.
func (target) ImplementsDataqueryVariant() {}

// DataqueryType returns the plugin that answers the query.
func (target) DataqueryType() string { return PluginID }

// Validate reports nothing: the plugin validates queries.
func (target) Validate() error { return nil }

// Equals reports whether another query is the same.
func (t target) Equals(other variants.Dataquery) bool { return reflect.DeepEqual(t, other) }

// annotation builds an annotation of a dashboard. The SDK's own builder would hide its
// switch in a menu.
type annotation dashboard.AnnotationQuery

// Build returns the annotation as builders of the SDK do.
func (a annotation) Build() (dashboard.AnnotationQuery, error) {
	return dashboard.AnnotationQuery(a), nil
}

func (s source) annotation(name, color string, q api.Query) annotation {
	return annotation{
		Name: name, IconColor: color, Enable: true, Datasource: new(s.ref()),
		Target: target{Query: q, RefID: "Anno"},
	}
}

// variable returns a variable that lists what a query finds of some SLOs, or of all.
func (s source) variable(name, label string, kind api.VariableKind, slos string) *dashboard.QueryVariableBuilder {
	query := map[string]any{"kind": kind, "slos": slos, "refId": "variable"}
	return dashboard.NewQueryVariableBuilder(name).
		Label(label).
		Datasource(s.ref()).
		Query(dashboard.StringOrMap{Map: query}).
		Refresh(dashboard.VariableRefreshOnDashboardLoad).
		Sort(dashboard.VariableSortAlphabeticalCaseInsensitiveAsc)
}

// everything returns the choice of all values.
func everything() dashboard.VariableOption {
	return dashboard.VariableOption{
		Text:  dashboard.StringOrArrayOfString{ArrayOfString: []string{"All"}},
		Value: dashboard.StringOrArrayOfString{ArrayOfString: []string{"$__all"}},
	}
}

// constant returns a hidden variable with a single value.
func constant(name, value string) dashboard.VariableModel {
	written := func() *dashboard.StringOrMap { return &dashboard.StringOrMap{String: &value} }
	return dashboard.VariableModel{
		Type: dashboard.VariableTypeConstant, Name: name, Query: written(),
		Hide: new(dashboard.VariableHideHideVariable), SkipUrlSync: new(true),
		Current: &dashboard.VariableOption{
			Text: dashboard.StringOrArrayOfString{String: &value}, Value: dashboard.StringOrArrayOfString{String: &value},
		},
	}
}

// address returns the URL of a dashboard that keeps the time range.
func address(uid string, variables ...string) string {
	return "/d/" + uid + "?" + strings.Join(append(variables, "${__url_time_range}"), "&")
}

// link describes a link of a table's cell.
type link struct {
	Title string `json:"title"`
	URL   string `json:"url"`
}

// The links to the page of a row's SLO and team.
var (
	toSLO  = link{Title: "Open this SLO", URL: address(SLOUID, "var-slo=${__data.fields.slo:percentencode}")}
	toTeam = link{Title: "Open this team", URL: address(teamUID, "var-team=${__data.fields.team:percentencode}")}
)

// links returns the links of a field.
func links(all ...link) dashboard.DynamicConfigValue {
	return property("links", all)
}

// explanation returns a panel that says how to read the page.
func explanation(content string) *text.PanelBuilder {
	return text.NewPanelBuilder().Content(content).Transparent(true).Title("").Description("How to read this page.")
}

// page returns a dashboard with links to the others.
func page(uid, title, description string) *dashboard.DashboardBuilder {
	built := dashboard.NewDashboardBuilder(title).
		Uid(uid).
		Description(description).
		Tags([]string{"slo", "promise"}).
		Readonly().
		Timezone("browser").
		Time("now-30d", "now").
		Refresh("1m")
	for _, other := range All() {
		if other.UID != uid {
			built.Link(dashboard.NewDashboardLinkBuilder(other.Title).
				Type(dashboard.DashboardLinkTypeLink).
				Url("/d/" + other.UID).
				Tooltip(other.tooltip).
				KeepTime(true))
		}
	}
	return built
}
