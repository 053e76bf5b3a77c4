// Package pyrra reads SLOs of Pyrra, the Kubernetes kind ServiceLevelObjective.
//
// An SLO has the name of its resource. Others of the name are told from it by
// namespace and labels, as Pyrra does. Its service is its label service, if it
// has one. Labels that begin with pyrra.dev/ lose that. The annotation
// promise.slo/group-by replaces Pyrra's grouping. Queries are read as counters.
package pyrra

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// The version and kind that are read, as specified in
// https://github.com/pyrra-dev/pyrra (kubernetes/api/v1alpha1).
const (
	version = "pyrra.dev/v1alpha1"
	kindSLO = "ServiceLevelObjective"
)

// Formats returns the one format of Pyrra.
func Formats() []format.Format {
	return []format.Format{{Version: version, Family: "pyrra.dev/", ListKind: kindSLO + "List", Read: read}}
}

// ruleFields concern the rules that Pyrra makes alone.
var ruleFields = []string{"partial_response_strategy", "performanceOverAccuracy", "ruleOutput"}

func read(c *format.Contents, root yamldoc.Value, kind string) {
	o := root.Fields("apiVersion", "kind", "metadata", "spec", "status")
	if kind != kindSLO {
		o.Get("kind").Fail(fmt.Sprintf("%q is not a kind of %s", kind, version), "write "+kindSLO)
		return
	}
	m := format.Resource(o)
	m.Settings.EmptySlice(false)
	labels := propagate(m.Labels, o)
	spec := format.Spec(o, slices.Concat([]string{"description", "target", "window", "indicator", "alerting"}, ruleFields)...)
	indicator, groupBy := readIndicator(spec)
	if own := m.Settings.GroupBy(); own != nil {
		groupBy = own
	}
	s := slo.SLO{
		Name: m.Name, Labels: labels, Annotations: m.Annotations,
		Description: strings.TrimSpace(spec.Get("description").Text()),
		Service:     labels["service"],
		Window:      format.RollingWindow(spec.Need("window", "write the length of the window, such as 4w or 28d")),
		GroupBy:     groupBy,
		Objectives: []slo.Objective{{
			Target:    format.TargetOfPercent(spec.Need("target", "write the least percentage of good events, such as '99.9'")),
			Indicator: indicator,
		}},
		Alerting: readAlerting(spec.Get("alerting")),
		Source:   root.Place().Position,
	}
	format.NameObjectives(s.Objectives)
	spec.WarnNoEffect("it concerns the rules that Pyrra makes; remove it if Pyrra does not read this file", ruleFields...)
	o.Report().Attribute(m.Name)
	c.Drafts = append(c.Drafts, format.Draft{SLO: s, Name: m.At, Identity: labels, Apart: "another namespace, or a label such as site: eu", Failed: o.Report().Failed()})
}

// propagation begins the names of labels that Pyrra passes on without it.
const propagation = "pyrra.dev/"

// propagate returns the labels as Pyrra passes them on, and the others.
func propagate(labels map[string]string, document yamldoc.Object) map[string]string {
	own, others := map[string]string{}, map[string]string{}
	for key, text := range labels {
		if name, ok := strings.CutPrefix(key, propagation); ok && name != "" {
			own[name] = text
		} else {
			others[key] = text
		}
	}
	for _, name := range slices.Sorted(maps.Keys(own)) {
		if other, ok := others[name]; ok && other != own[name] {
			document.Get("metadata").Warn("the label "+name+" is given as well as "+propagation+name+", which is the one that counts", "write only one of them")
			document.Get("metadata").Object().Get("labels").Object().LeaveOut(name)
		}
	}
	return format.Merge(others, own)
}
