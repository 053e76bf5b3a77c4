package definition

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// openSLO is the version of OpenSLO that is read, as specified in
// https://github.com/OpenSLO/OpenSLO (README.md).
const openSLO = "openslo/v1"

// readOpenSLO reads a document of any kind of OpenSLO.
func (c *contents) readOpenSLO(root value, kind string) {
	o := root.schema("apiVersion", "kind", "metadata", "spec")
	switch kind {
	case "SLO":
		c.readSLO(o)
	case "SLI":
		c.readSLI(o)
	case "Service":
		c.readService(o)
	case "DataSource":
		c.readDataSource(o)
	case "AlertPolicy", "AlertCondition", "AlertNotificationTarget":
		readAlert(o, kind)
	default:
		kinds := []string{"SLO", "SLI", "Service", "DataSource", "AlertPolicy", "AlertCondition", "AlertNotificationTarget"}
		o.get("kind").fail(quoted(kind)+" is not a kind of "+openSLO, oneOf(kind, kinds))
	}
}

func needMetadata(o object, settings ...string) metadata {
	return readMetadata(o.need("metadata", "write metadata with a name below it"), settings...)
}

func needSpec(o object, fields ...string) object {
	return o.need("spec", "write spec with its fields below it").schema(fields...)
}

func (c *contents) readSLO(o object) {
	m := needMetadata(o, append(commonSettings(), sloSettings()...)...)
	spec := needSpec(o, "description", "service", "indicator", "indicatorRef", "timeWindow", "budgetingMethod", "objectives", "alertPolicies")
	j := readMethod(spec)
	j.empty = m.emptySlice(j)
	d := draft{name: m.at, service: spec.get("service").at, slo: slo.SLO{
		Name: m.name, DisplayName: m.displayName, Labels: m.labels, Annotations: m.annotations,
		Description: readDescription(spec),
		Service:     spec.needText("service", "write the name of the service that makes the promise"),
		Window:      readWindow(spec),
		Method:      j.method,
		GroupBy:     m.groups(),
		Source:      o.at.position,
	}}
	readObjectives(&d, spec, j)
	if policies := spec.get("alertPolicies"); len(policies.list()) > 0 {
		policies.warn("alert policies have no effect", "write alert rules in Grafana, with the query type burnAlert")
	}
	m.amend(&d)
	d.failed = o.failed
	o.about(d.slo.Name)
	c.drafts = append(c.drafts, d)
}

// maxDescription is the greatest length of a description, in characters.
const maxDescription = 1050

func readDescription(spec object) string {
	v := spec.get("description")
	text := strings.TrimSpace(v.text())
	if n := utf8.RuneCountInString(text); n > maxDescription {
		v.warn(fmt.Sprintf("is %d characters long", n), fmt.Sprintf("OpenSLO allows %d; shorten it", maxDescription))
	}
	return text
}

func (c *contents) readService(o object) {
	m := needMetadata(o)
	spec := o.get("spec").schema("description")
	s := Service{Name: m.name, DisplayName: m.displayName, Labels: m.labels, Description: readDescription(spec), Source: o.at.position}
	if m.name != "" {
		c.services = append(c.services, service{Service: s, at: m.at, failed: o.failed})
	}
}

// readAlert checks the fields of a document about alerts, all of which is left
// to Grafana's own alerting.
func readAlert(o object, kind string) {
	o.need("metadata", "write metadata with a name below it").schema("name", "displayName", "labels", "annotations").need("name", "write a name")
	spec := o.need("spec", "write spec with its fields below it")
	switch kind {
	case "AlertPolicy":
		spec.schema("description", "alertWhenNoData", "alertWhenResolved", "alertWhenBreaching", "conditions", "notificationTargets")
	case "AlertCondition":
		condition := spec.schema("description", "severity", "condition").get("condition")
		condition.schema("kind", "op", "threshold", "lookbackWindow", "alertAfter")
	default:
		spec.schema("description", "target")
	}
	o.warn(kind+" has no effect", "write alert rules and contact points in Grafana, with the query type burnAlert")
}
