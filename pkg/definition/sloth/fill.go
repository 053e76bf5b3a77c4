package sloth

import (
	"maps"
	"regexp"
	"strconv"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// alertLabel matches a label of Sloth's alerts in a template: alone in its
// braces, or as a part of something longer.
var (
	bareLabel  = regexp.MustCompile(`{{-?\s*(?:\$labels|\.Labels)\.(sloth_[a-z]+)\s*-?}}`)
	alertLabel = regexp.MustCompile(`(?:\$labels|\.Labels)\.(sloth_[a-z]+)\b|\(?\bindex \$labels "(sloth_[a-z]+)"\)?`)
)

// fillAlerting writes out the labels that alerts of Sloth have, and others lack, in
// the labels and annotations that the author gave.
func fillAlerting(s *slo.SLO) {
	labels := map[string]string{"sloth_id": s.Name, "sloth_service": s.Service, "sloth_slo": s.DisplayName}
	a := &s.Alerting
	alerts := map[slo.Severity]*slo.Alert{slo.Page: &a.Page, slo.Ticket: &a.Ticket}
	for _, alert := range alerts {
		alert.Labels = withSeverity(alert.Labels, a.Labels)
		alert.Annotations = withSeverity(alert.Annotations, a.Annotations)
	}
	for _, texts := range []map[string]string{a.Labels, a.Annotations} {
		maps.DeleteFunc(texts, func(_, text string) bool { return namesSeverity(text) })
	}
	fillTexts(labels, a.Labels, a.Annotations)
	for severity, alert := range alerts {
		labels["sloth_severity"] = string(severity)
		fillTexts(labels, alert.Labels, alert.Annotations)
	}
}

// withSeverity returns the texts of the alerts of one severity, with those of all
// alerts that name their severity, unless it has its own.
func withSeverity(own, ofAll map[string]string) map[string]string {
	found := map[string]string{}
	for name, text := range ofAll {
		if namesSeverity(text) {
			found[name] = text
		}
	}
	return format.Merge(found, own)
}

func namesSeverity(text string) bool { return strings.Contains(text, "sloth_severity") }

// fillTexts writes out the labels in all texts of the maps.
func fillTexts(labels map[string]string, all ...map[string]string) {
	for _, texts := range all {
		for name, text := range texts {
			if strings.Contains(text, "sloth_") {
				texts[name] = fill(labels, text)
			}
		}
	}
}

// fill writes out the labels in a text that have a value.
func fill(labels map[string]string, text string) string {
	text = bareLabel.ReplaceAllStringFunc(text, func(found string) string {
		if value := labels[bareLabel.FindStringSubmatch(found)[1]]; value != "" {
			return value
		}
		return found
	})
	return alertLabel.ReplaceAllStringFunc(text, func(found string) string {
		match := alertLabel.FindStringSubmatch(found)
		if value := labels[match[1]+match[2]]; value != "" {
			return strconv.Quote(value)
		}
		return found
	})
}
