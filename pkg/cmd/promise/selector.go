package main

import (
	"fmt"
	"maps"
	"strings"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// nameLabel is the label that holds an SLO's name.
const nameLabel = "slo"

// selector chooses SLOs by their labels; all matchers must match.
type selector []*labels.Matcher

// parseSelector reads matchers, or the name of one SLO.
func parseSelector(text string) (selector, error) {
	if text = strings.TrimSpace(text); text != "" && !strings.HasPrefix(text, "{") {
		return selector{labels.MustNewMatcher(labels.MatchEqual, nameLabel, text)}, nil
	}
	matchers, err := promql.ParseMatchers(text)
	if err != nil {
		return nil, fmt.Errorf("--selector: %w", err)
	}
	return matchers, nil
}

// slos are those that the selector chooses.
func (s selector) slos(all []slo.SLO) []slo.SLO {
	var chosen []slo.SLO
	for _, o := range all {
		if s.matches(selectable(o)) {
			chosen = append(chosen, o)
		}
	}
	return chosen
}

func (s selector) matches(values map[string]string) bool {
	for _, m := range s {
		if !m.Matches(values[m.Name]) {
			return false
		}
	}
	return true
}

// selectable are an SLO's labels, and what can be selected by as if it were one.
func selectable(s slo.SLO) map[string]string {
	values := map[string]string{"team": s.Team()}
	maps.Copy(values, s.Labels)
	values[nameLabel], values["service"] = s.Name, s.Service
	return values
}

// names are the results whose SLO's name does not contradict the selector. The
// other labels of a refused SLO are not known, and it is better to tell one too
// many than to hide one.
func (s selector) names(all []result) []result {
	var byName selector
	for _, m := range s {
		if m.Name == nameLabel {
			byName = append(byName, m)
		}
	}
	var chosen []result
	for _, r := range all {
		if byName.matches(map[string]string{nameLabel: r.SLO.Name}) {
			chosen = append(chosen, r)
		}
	}
	return chosen
}
