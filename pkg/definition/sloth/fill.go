package sloth

import (
	"regexp"
	"strconv"
	"strings"

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
	fillTexts(labels, a.Labels, a.Annotations)
	for severity, alert := range map[slo.Severity]*slo.Alert{slo.Page: &a.Page, slo.Ticket: &a.Ticket} {
		labels["sloth_severity"] = string(severity)
		fillTexts(labels, alert.Labels, alert.Annotations)
	}
}

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
