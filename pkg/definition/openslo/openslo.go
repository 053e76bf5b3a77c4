// Package openslo reads and writes documents of OpenSLO: openslo/v1, and
// openslo/v1alpha, which it only reads.
//
// An objective gets its indicator by a binding, once all files are read: the
// indicator may be a document of its own, the kind SLI, whose queries may refer
// to another, the kind DataSource. What OpenSLO has no field for is in
// annotations, which are called settings.
package openslo

import (
	"fmt"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Version is the version that is read and written, as specified in
// https://github.com/OpenSLO/OpenSLO (README.md).
const Version = "openslo/v1"

// Formats returns the versions of OpenSLO that are read.
func Formats() []format.Format {
	return []format.Format{
		{Version: Version, Alias: "openslo.com/v1", Family: "openslo", Read: read},
		{Version: alphaVersion, Family: "openslo", Read: readAlpha},
	}
}

func read(c *format.Contents, root yamldoc.Value, kind string) {
	o := root.Fields("apiVersion", "kind", "metadata", "spec", "status")
	switch kind {
	case "SLO":
		readSLO(c, o)
	case "SLI":
		readSLI(c, o)
	case "Service":
		readService(c, o)
	case "DataSource":
		readDataSource(c, o)
	case "AlertPolicy", "AlertCondition", "AlertNotificationTarget":
		readAlert(o, kind)
	default:
		kinds := []string{"SLO", "SLI", "Service", "DataSource", "AlertPolicy", "AlertCondition", "AlertNotificationTarget"}
		hint := yamldoc.SuggestOneOf(kind, kinds)
		if slos := o.Get("spec").WithReport(&yamldoc.Report{}).Object().Get("slos"); slos.IsList() {
			hint = "write each of its SLOs as a document of the kind SLO, with apiVersion, kind, metadata and spec of its own"
		}
		o.Get("kind").Fail(fmt.Sprintf("%q is not a kind of %s", kind, Version), hint)
	}
}

func readSLO(c *format.Contents, o yamldoc.Object) {
	m := needMetadata(o, append(format.CommonSettings(), sloSettings()...)...)
	spec := format.Spec(o, "description", "service", "indicator", "indicatorRef", "timeWindow", "budgetingMethod", "objectives", "alertPolicies")
	method := readMethod(spec, m.Settings)
	d := newDraft(o, spec, m, method)
	d.SLO.Window = readWindow(spec)
	d.SLO.Objectives, d.Bind = readObjectives(spec, method, m.Name)
	if policies := spec.Get("alertPolicies"); len(policies.List()) > 0 {
		policies.WarnLeftOut("alert policies have no effect", "write alert rules in Grafana, with the query type burnAlert")
	}
	d.Identity, d.Apart = map[string]string{format.Namespace: m.Namespace}, "another namespace, or the annotation "+ownInstance+": eu"
	applySettings(m.Settings, &d)
	addDraft(c, o, d)
}

// newDraft returns what both versions spell alike.
func newDraft(o, spec yamldoc.Object, m format.Metadata, method method) format.Draft {
	return format.Draft{Name: m.At, Service: spec.Get("service").Place(), SLO: slo.SLO{
		Name: m.Name, DisplayName: m.DisplayName, Labels: m.Labels, Annotations: m.Annotations,
		Description: readDescription(spec),
		Service:     spec.NeedText("service", "write the name of the service that makes the promise"),
		Method:      method.method,
		GroupBy:     m.Settings.GroupBy(),
		Source:      o.Value().Place().Position,
	}}
}

func addDraft(c *format.Contents, o yamldoc.Object, d format.Draft) {
	d.Failed = o.Report().Failed()
	o.Report().Attribute(d.SLO.Name)
	c.Drafts = append(c.Drafts, d)
}

func readService(c *format.Contents, o yamldoc.Object) {
	m := needMetadata(o)
	o.Get("metadata").Object().LeaveOut("annotations")
	spec := o.Get("spec").Fields("description")
	s := format.Service{Name: m.Name, DisplayName: m.DisplayName, Namespace: m.Namespace, Labels: m.Labels, Description: readDescription(spec), Source: o.Value().Place().Position}
	addEntry(c, o, m, format.ServiceKind, s)
}

// readAlert checks the fields of a document about alerts, all of which is left
// to Grafana's own alerting.
func readAlert(o yamldoc.Object, kind string) {
	format.MetadataFields(o.Need("metadata", "write metadata with a name below it"), "name", "displayName", "labels", "annotations").Need("name", "write a name")
	spec := o.Need("spec", "write spec with its fields below it")
	switch kind {
	case "AlertPolicy":
		spec.Fields("description", "alertWhenNoData", "alertWhenResolved", "alertWhenBreaching", "conditions", "notificationTargets")
	case "AlertCondition":
		condition := spec.Fields("description", "severity", "condition").Get("condition")
		condition.Fields("kind", "op", "threshold", "lookbackWindow", "alertAfter")
	default:
		spec.Fields("description", "target")
	}
	o.Value().WarnLeftOut(kind+" has no effect", "write alert rules and contact points in Grafana, with the query type burnAlert")
}
