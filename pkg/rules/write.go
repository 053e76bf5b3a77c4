package rules

import (
	"slices"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
	"go.yaml.in/yaml/v4"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Header begins every file of rules.
const Header = "# Written by promise rules from definitions of SLOs. Change those, and write it again.\n"

// Write returns a file of the groups, the same for the same groups.
func Write(groups []rulefmt.RuleGroup) ([]byte, error) {
	content, err := yaml.Dump(rulefmt.RuleGroups{Groups: groups}, yaml.WithLineWidth(-1))
	return append([]byte(Header), content...), err
}

// validate returns an error for what a server would refuse: it refuses the whole
// file for one wrong label or template of an author's.
func validate(groups []rulefmt.RuleGroup) error {
	p := parser.NewParser(parser.Options{EnableExperimentalFunctions: true, EnableBinopFillModifiers: true})
	var wrong []string
	for _, g := range groups {
		for _, r := range g.Rules {
			for _, err := range r.Validate(rulefmt.RuleNode{}, model.UTF8Validation, p) {
				wrong = append(wrong, err.Error())
			}
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	return &slo.Invalid{Field: "alerting", What: "Prometheus does not accept its alerts: " + slices.Min(wrong), Hint: "write labels and annotations that it accepts"}
}
