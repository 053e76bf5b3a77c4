// Package sloth reads SLOs of Sloth: files, and the Kubernetes kind
// PrometheusServiceLevel. The two spell some fields differently.
//
// An SLO is named SERVICE-NAME, as its id is in Sloth, and has its NAME as the
// display name. Its window is the period that Sloth is run with: an argument of
// Sloth, which the Reader is told, or what AlertWindows say, else 30 days. Queries
// are read as counters.
package sloth

import (
	"fmt"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// The versions that are read, as specified in https://github.com/slok/sloth
// (pkg/prometheus/api/v1 and pkg/kubernetes/api/sloth/v1).
const (
	fileVersion     = "prometheus/v1"
	resourceVersion = "sloth.slok.dev/v1"
	resourceKind    = "PrometheusServiceLevel"
)

// Formats returns the two forms of documents of Sloth.
func Formats() []format.Format {
	return []format.Format{
		{Version: fileVersion, Family: "prometheus/", File: &format.File{Tool: "Sloth", Field: "slos"}, Read: readFile},
		{Version: resourceVersion, Family: "sloth.slok.dev/", ListKind: resourceKind + "List", Read: readResource, Unread: addUnreadWindows, Complete: checkPeriods},
	}
}

// group describes what the SLOs of a document have in common.
type group struct {
	service             string
	labels, annotations map[string]string
	groupBy             []string
	// identity tells the SLOs of a resource from those of another; nil for files.
	identity map[string]string
	// apart says what SLOs of one name can differ in beside it.
	apart  string
	fields spelling
}

func readFile(c *format.Contents, root yamldoc.Value, _ string) {
	g := group{fields: snakeCase}
	g.read(c, root.Fields("version", "service", "labels", g.fields.plugins, "slos"))
}

func readResource(c *format.Contents, root yamldoc.Value, kind string) {
	o := root.Fields("apiVersion", "kind", "metadata", "spec", "status")
	switch kind {
	case resourceKind:
	case format.AlertWindowsKind.Name:
		readAlertWindows(c, o)
		return
	default:
		o.Get("kind").Fail(fmt.Sprintf("%q is not a kind of %s", kind, resourceVersion), kindHint(o, kind))
		return
	}
	m := format.Resource(o)
	m.Settings.EmptySlice(false)
	g := group{fields: camelCase, labels: m.Labels, annotations: m.Annotations, groupBy: m.Settings.GroupBy(), identity: map[string]string{"resource": m.Name}, apart: "its resource another namespace"}
	if m.Namespace != "" {
		g.identity[format.Namespace] = m.Namespace
	}
	g.read(c, format.Spec(o, "service", "labels", g.fields.plugins, "slos"))
}

// kindHint returns what to write in place of a kind that Sloth does not have.
func kindHint(o yamldoc.Object, kind string) string {
	known := []string{resourceKind, format.AlertWindowsKind.Name}
	if yamldoc.Nearest(kind, known) != "" || o.Get("spec").WithReport(&yamldoc.Report{}).Object().Get("slos").Present() {
		return yamldoc.Suggest(kind, known, "write "+resourceKind)
	}
	return "this is no definition of Sloth, whatever its apiVersion says: a " + resourceKind + " has a list slos below spec, each with name, objective, sli and alerting"
}

// read reads the SLOs of a document. Each has a report of its own, so that a
// fault of one does not refuse the others.
func (g group) read(c *format.Contents, o yamldoc.Object) {
	const hint = `write at least one item, such as "- name: availability"`
	g.service = needName(o, "service", "write the name of the service that makes the promise")
	g.labels = format.Merge(g.labels, format.Labels(o.Get("labels")))
	warnPlugins(o.Get(g.fields.plugins))
	list := o.Need("slos", hint)
	items := list.List()
	if list.IsList() && len(items) == 0 {
		list.Fail("is empty", hint)
	}
	for i, item := range items {
		if i > 0 && !c.Admit(item) {
			break
		}
		r := &yamldoc.Report{}
		d := g.readSLO(item.WithReport(r))
		d.Failed = r.Failed() || o.Report().Failed()
		if d.Failed {
			item.KeepAll()
		}
		r.Attribute(d.SLO.Name)
		c.Collect(r)
		c.Drafts = append(c.Drafts, d)
	}
}

// readPeriod returns the window of an SLO that has a period of its own, as slokit
// reads it.
func readPeriod(v yamldoc.Value) slo.Window {
	if !v.Present() {
		return slo.Window{}
	}
	v.Warn("is not known to Sloth, which takes the period that it is run with; it is read as the window of this SLO", "remove it if Sloth makes the alerts")
	return format.RollingWindow(v)
}

// readSLO reads an SLO. Its name is what Sloth calls its id: the service's name
// and its own, which is unique among the service's SLOs alone.
func (g group) readSLO(item yamldoc.Value) format.Draft {
	o := item.Fields("name", "description", "objective", "plugins", "labels", "sli", "alerting", "period")
	own := needName(o, "name", "write a name, such as availability")
	s := slo.SLO{
		DisplayName: own,
		Description: strings.TrimSpace(o.Get("description").Text()),
		Service:     g.service,
		Labels:      format.Merge(g.labels, format.Labels(o.Get("labels"))),
		Annotations: g.annotations,
		Window:      readPeriod(o.Get("period")),
		GroupBy:     g.groupBy,
		Alerting:    g.fields.readAlerting(o.Get("alerting")),
		Source:      item.Place().Position,
	}
	if g.service != "" && own != "" {
		s.Name = g.service + "-" + own
		fillAlerting(&s)
	}
	objective := o.Need("objective", "write the least percentage of good events, such as 99.9")
	s.Objectives = []slo.Objective{{Target: format.TargetOfPercent(objective), Indicator: g.fields.readIndicator(o)}}
	format.NameObjectives(s.Objectives)
	warnPlugins(o.Get("plugins"))
	return format.Draft{SLO: s, Name: o.Get("name").Place(), Identity: g.identity, Apart: g.apart, Bind: bind}
}

// bind gives the SLO the period that Sloth is run with, unless it has one of its
// own, and the burn conditions of that.
func bind(x *format.Index, s *slo.SLO, r *yamldoc.Report) { x.BindPeriod(s, r) }

// maxName bounds a name, in bytes, as that of a resource of Kubernetes. That of
// the service is in the name of each of its SLOs.
const maxName = 253

// needName returns the name in a field; empty if it is not allowed.
func needName(o yamldoc.Object, field, hint string) string {
	name := o.NeedText(field, hint)
	switch {
	case len(name) > maxName:
		o.Get(field).Fail(fmt.Sprintf("is a name of %d bytes", len(name)), fmt.Sprintf("write a name of at most %d", maxName))
	case name == "" || format.NameForm.Pattern.MatchString(name):
		return name
	default:
		o.Get(field).Fail(fmt.Sprintf("%q is not a name", name), format.NameForm.Hint)
	}
	return ""
}
