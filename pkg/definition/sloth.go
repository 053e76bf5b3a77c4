package definition

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// The formats of Sloth that are read, as specified in
// https://github.com/slok/sloth (pkg/prometheus/api/v1 and
// pkg/kubernetes/api/sloth/v1): a file has the version, a Kubernetes resource
// the API version and the kind.
const (
	slothFile     = "prometheus/v1"
	slothResource = "sloth.slok.dev/v1"
	slothKind     = "PrometheusServiceLevel"
)

// slothWindow is Sloth's default. Its documents have no window: it is an
// argument of Sloth (--default-slo-period).
var slothWindow = slo.Window{Period: slo.Period{Count: 30, Unit: slo.Day}}

// slothFields are the names of the fields that a file and a resource do not
// spell alike.
type slothFields struct{ plugins, errors, total, errorRatio, page, ticket string }

var (
	slothSnakeCase = slothFields{"slo_plugins", "error_query", "total_query", "error_ratio_query", "page_alert", "ticket_alert"}
	slothCamelCase = slothFields{"sloPlugins", "errorQuery", "totalQuery", "errorRatioQuery", "pageAlert", "ticketAlert"}
)

// slothGroup is what the SLOs of a document have in common.
type slothGroup struct {
	service             string
	labels, annotations map[string]string
	groupBy             []string
	fields              slothFields
}

func (c *contents) readSlothFile(root value, limits Limits) {
	g := slothGroup{fields: slothSnakeCase}
	c.readSloth(root.schema("version", "service", "labels", g.fields.plugins, "slos"), g, limits)
}

func (c *contents) readSlothResource(root value, kind string, limits Limits) {
	o := root.schema("apiVersion", "kind", "metadata", "spec", "status")
	switch kind {
	case slothKind:
	case "AlertWindows":
		root.warn("AlertWindows has no effect", "keep it out of the folder of definitions; the alerts' windows are those of the SRE Workbook")
		return
	default:
		o.get("kind").fail(quoted(kind)+" is not a kind of "+slothResource, "write "+slothKind)
		return
	}
	m := readResource(o)
	m.emptySlice(judgement{method: slo.Occurrences, known: true})
	g := slothGroup{fields: slothCamelCase, labels: m.labels, annotations: m.annotations, groupBy: m.groups()}
	c.readSloth(needSpec(o, "service", "labels", g.fields.plugins, "slos"), g, limits)
}

// readSloth reads the SLOs of a document. Each has a report of its own, so that
// a fault of one does not refuse the others.
func (c *contents) readSloth(o object, g slothGroup, limits Limits) {
	const hint = `write at least one item, such as "- name: availability"`
	g.service = readSlothName(o, "service", "write the name of the service that makes the promise")
	g.labels = overlaid(g.labels, readTags(o.get("labels")))
	readSLOPlugins(o.get(g.fields.plugins))
	list := o.need("slos", hint)
	items := list.list()
	if list.isList() && len(items) == 0 {
		list.fail("is empty", hint)
	}
	for i, item := range items {
		if i > 0 && !c.admit(item, limits) {
			break
		}
		item.document = item.document.apart()
		d := g.read(item)
		d.failed = item.failed || o.failed
		c.problems = append(c.problems, item.about(d.slo.Name)...)
		c.drafts = append(c.drafts, d)
	}
}

// read reads an SLO. Its name is what Sloth calls its id: the service's name
// and its own, which is unique among the service's SLOs alone.
func (g slothGroup) read(item value) draft {
	o := item.schema("name", "description", "objective", "plugins", "labels", "sli", "alerting")
	own := readSlothName(o, "name", "write a name, such as availability")
	s := slo.SLO{
		DisplayName: own,
		Description: strings.TrimSpace(o.get("description").text()),
		Service:     g.service,
		Labels:      overlaid(g.labels, readTags(o.get("labels"))),
		Annotations: g.annotations,
		Window:      slothWindow,
		GroupBy:     g.groupBy,
		Alerting:    g.alerting(o.get("alerting")),
		Source:      o.at.position,
	}
	if g.service != "" && own != "" {
		s.Name = g.service + "-" + own
	}
	objective := o.need("objective", "write the least percentage of good events, such as 99.9")
	s.Objectives = []slo.Objective{{Target: readPercent(objective), Indicator: g.indicator(o)}}
	nameObjectives(s.Objectives)
	readSLOPlugins(o.get("plugins"))
	return draft{slo: s, name: o.get("name").at}
}

// slothName is the form of names in Sloth.
var slothName = regexp.MustCompile(`^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$`)

// maxSlothName is the greatest length of a name: that of a resource of
// Kubernetes. That of the service is in the name of each of its SLOs.
const maxSlothName = 253

// readSlothName is the name in a field; empty if it is not allowed.
func readSlothName(o object, field, hint string) string {
	name := o.needText(field, hint)
	switch {
	case len(name) > maxSlothName:
		o.get(field).fail(fmt.Sprintf("is a name of %d bytes", len(name)), fmt.Sprintf("write a name of at most %d", maxSlothName))
	case name == "" || slothName.MatchString(name):
		return name
	default:
		o.get(field).fail(quoted(name)+" is not a name", "write letters, digits, dashes, underscores and dots, with a letter or digit first and last")
	}
	return ""
}

// maxPlugins is the number of plugins that are told by name.
const maxPlugins = 10

// readSLOPlugins names the plugins that would change the rules that Sloth
// makes of an SLO.
func readSLOPlugins(v value) {
	if !v.present() {
		return
	}
	chain := v.schema("overridePrevious", "chain").get("chain")
	var ids []string
	for _, item := range chain.list() {
		id := item.schema("id", "config", "priority").needText("id", "write the id of the plugin, or remove it")
		if len(ids) <= maxPlugins && id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if len(ids) > maxPlugins {
		ids[maxPlugins] = "and others"
	}
	if len(ids) > 0 {
		v.warn("SLO plugins are not run: "+strings.Join(ids, ", "), "if they change what is measured, write that into the queries; other changes concern Sloth's rules alone")
	}
}
