package openslo

import (
	"fmt"
	"slices"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// sourceRef describes a metricSource's reference to a DataSource.
type sourceRef struct {
	name string
	at   yamldoc.Place
	// typed tells that the metricSource has a type of its own, so that the
	// DataSource need not be known.
	typed bool
}

// promQLServers are the types of metric sources that speak PromQL over the
// Prometheus HTTP API.
var promQLServers = []string{"prometheus", "mimir", "thanos", "victoriametrics", "cortex"}

const writeSourceType = "write type: Prometheus (or Mimir, Thanos, VictoriaMetrics, Cortex) and a PromQL query"

func speaksPromQL(kind string) bool { return slices.Contains(promQLServers, strings.ToLower(kind)) }

// readMetric returns a query, and its reference to a DataSource if it has one.
func readMetric(metric yamldoc.Value) (slo.Query, []sourceRef) {
	if query := metric.WithReport(&yamldoc.Report{}).Object().Get("query"); query.Present() {
		metric.Fail("is written as openslo/v1alpha has it", "write metricSource with type: Prometheus and spec below it, move query below spec, and remove all else")
		return format.Query(query), nil
	}
	o := metric.Fields("metricSource").Need("metricSource", "write metricSource with type and spec below it").Fields("metricSourceRef", "type", "spec")
	kind, ref := o.Get("type"), o.Get("metricSourceRef")
	if text := kind.Text(); text != "" && !speaksPromQL(text) {
		kind.Fail(fmt.Sprintf("%q is not a metric source that speaks PromQL", text), writeSourceType)
	}
	if !strings.EqualFold(kind.Written(), "prometheus") {
		kind.LeaveOut() // another server is written as Prometheus
	}
	ref.LeaveOut()
	var refs []sourceRef
	if name := ref.Text(); name != "" {
		refs = []sourceRef{{name: name, at: ref.Place(), typed: kind.Present()}}
	}
	return readQuery(o.Need("spec", "write spec with the PromQL expression as query below it").Object()), refs
}

// readQuery reads the spec of a metricSource, whose only field of use is query.
func readQuery(o yamldoc.Object) slo.Query {
	const hint = "write the PromQL expression as query"
	if !o.Present() {
		return slo.Query{}
	}
	query, name := o.Get("query"), "query"
	if other := likeQuery(o); !query.Present() && other != "" {
		query, name = o.Get(other), other
		query.Warn("is read as query", "write query")
	}
	if !query.Present() {
		query.Fail("is missing", hint)
	}
	for key, field := range o.All() {
		if key != name {
			field.WarnLeftOut("has no effect", "only query is read; the connection is set up in Grafana")
		}
	}
	return format.Query(query)
}

// likeQuery returns the name of the field that was probably meant to be the query;
// empty if none is close.
func likeQuery(o yamldoc.Object) string {
	for key, v := range o.All() {
		like := slices.Contains([]string{"promql", "expr", "expression"}, strings.ToLower(key)) || yamldoc.Nearest(key, []string{"query"}) != ""
		if like && v.IsText() {
			return key
		}
	}
	return ""
}

// dataSourceKind is that of entries whose Value is the type of the data source,
// a string.
var dataSourceKind = format.Kind{Name: "DataSource", Unique: true}

func readDataSource(c *format.Contents, o yamldoc.Object) {
	m := needMetadata(o)
	spec := format.Spec(o, "description", "type", "connectionDetails")
	readDescription(spec)
	o.Value().LeaveOut()
	kind := spec.NeedText("type", "write type: Prometheus (or another server that speaks PromQL)")
	if details := spec.Get("connectionDetails"); details.Present() {
		details.Warn("has no effect", "set up the connection in Grafana; definitions are no place for credentials")
	}
	addEntry(c, o, m, dataSourceKind, kind)
}

// checkSource reports a reference to a DataSource that does not speak PromQL.
func checkSource(x *format.Index, ref sourceRef, r *yamldoc.Report) {
	found := x.Refer(dataSourceKind.Name, ref.name)
	if len(found) == 0 && !ref.typed {
		r.Warn(ref.at, fmt.Sprintf("there is no DataSource named %q", ref.name), "the query goes to the data source that is set up in Grafana; write type: Prometheus to say so")
	}
	for _, source := range found {
		if kind, _ := source.Value.(string); kind != "" && !speaksPromQL(kind) {
			r.Fail(ref.at, fmt.Sprintf("the DataSource %q (%s) is of the type %q, which does not speak PromQL", ref.name, source.At.Position, kind), writeSourceType)
		}
	}
}
