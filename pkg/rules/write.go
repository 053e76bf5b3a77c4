package rules

import (
	"slices"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
	"go.yaml.in/yaml/v4"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Header begins every file of rules.
const Header = "# Written by promise rules from definitions of SLOs. Change those, and write it again.\n"

// Write returns a file of the groups as a ruler reads it, the same for the same
// groups.
func Write(groups []rulefmt.RuleGroup, ruler Ruler) ([]byte, error) {
	file := file{Groups: make([]group, len(groups))}
	for i, g := range groups {
		file.Groups[i] = newGroup(g, ruler)
	}
	content, err := yaml.Dump(file, yaml.WithLineWidth(-1))
	return append([]byte(Header), content...), err
}

type file struct {
	Groups []group `yaml:"groups"`
}

// group contains those fields of a group that are written, under the names that its
// ruler knows. Most rulers refuse a file that has others.
type group struct {
	Name        string         `yaml:"name"`
	Interval    model.Duration `yaml:"interval"`
	QueryOffset model.Duration `yaml:"query_offset,omitempty"`
	// What vmalert calls a query offset.
	EvalDelay model.Duration `yaml:"eval_delay,omitempty"`
	Rules     []rulefmt.Rule `yaml:"rules"`
}

func newGroup(g rulefmt.RuleGroup, ruler Ruler) group {
	made := group{Name: g.Name, Interval: g.Interval, Rules: slices.Clone(g.Rules)}
	for i := range made.Rules {
		made.Rules[i].Expr = outdent(made.Rules[i].Expr)
	}
	switch {
	case g.QueryOffset == nil:
	case ruler == VMAlert:
		made.EvalDelay = *g.QueryOffset
	default:
		made.QueryOffset = *g.QueryOffset
	}
	return made
}

// outdent returns an expression that does not begin with a space. Text of several
// lines that does is written by mimirtool, and by Mimir, so that they cannot read it.
func outdent(expr string) string {
	if !strings.HasPrefix(expr, " ") {
		return expr
	}
	return "(\n  " + strings.ReplaceAll(expr, "\n", "\n  ") + "\n)"
}

// validate returns an error for what a server would refuse: it refuses the whole
// file for one wrong label or template of an author's.
func validate(groups []rulefmt.RuleGroup) error {
	p := newParser()
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

func newParser() parser.Parser {
	return parser.NewParser(parser.Options{EnableExperimentalFunctions: true, EnableBinopFillModifiers: true})
}
