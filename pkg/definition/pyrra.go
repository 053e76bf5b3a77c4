package definition

import (
	"maps"
	"slices"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// The format of Pyrra that is read, as specified in
// https://github.com/pyrra-dev/pyrra (kubernetes/api/v1alpha1).
const (
	pyrra     = "pyrra.dev/v1alpha1"
	pyrraKind = "ServiceLevelObjective"
)

func (c *contents) readPyrra(root value, kind string) {
	o := root.schema("apiVersion", "kind", "metadata", "spec", "status")
	if kind != pyrraKind {
		o.get("kind").fail(quoted(kind)+" is not a kind of "+pyrra, "write "+pyrraKind)
		return
	}
	m := readResource(o)
	m.emptySlice(judgement{method: slo.Occurrences, known: true})
	labels := propagated(m.labels, o)
	spec := needSpec(o, slices.Concat([]string{"description", "target", "window", "indicator", "alerting"}, pyrraRules)...)
	indicator, groupBy := readPyrraIndicator(spec)
	if own := m.groups(); own != nil {
		groupBy = own
	}
	s := slo.SLO{
		Name: m.name, Labels: labels, Annotations: m.annotations,
		Description: strings.TrimSpace(spec.get("description").text()),
		Service:     labels["service"],
		Window:      readPyrraWindow(spec),
		GroupBy:     groupBy,
		Objectives: []slo.Objective{{
			Target:    readPercent(spec.need("target", "write the least percentage of good events, such as '99.9'")),
			Indicator: indicator,
		}},
		Alerting: readPyrraAlerting(spec.get("alerting")),
		Source:   o.at.position,
	}
	nameObjectives(s.Objectives)
	warnOf(spec, "it concerns the rules that Pyrra makes; remove it if Pyrra does not read this file", pyrraRules...)
	o.about(m.name)
	c.drafts = append(c.drafts, draft{slo: s, name: m.at, failed: o.failed})
}

// pyrraRules are the fields that concern the rules that Pyrra makes alone.
var pyrraRules = []string{"partial_response_strategy", "performanceOverAccuracy", "ruleOutput"}

// warnOf reports fields without effect.
func warnOf(o object, hint string, fields ...string) {
	for _, name := range fields {
		if v := o.get(name); v.present() {
			v.warn("has no effect", hint)
		}
	}
}

// propagation begins the names of labels that Pyrra passes on, without it.
const propagation = "pyrra.dev/"

// propagated is the labels as Pyrra passes them on, and the others.
func propagated(labels map[string]string, document object) map[string]string {
	passed, others := map[string]string{}, map[string]string{}
	for key, text := range labels {
		if name, ok := strings.CutPrefix(key, propagation); ok && name != "" {
			passed[name] = text
		} else {
			others[key] = text
		}
	}
	for _, name := range slices.Sorted(maps.Keys(passed)) {
		if other, ok := others[name]; ok && other != passed[name] {
			document.get("metadata").warn("the label "+name+" is given as well as "+propagation+name+", which is the one that counts", "write only one of them")
		}
	}
	return overlaid(others, passed)
}
