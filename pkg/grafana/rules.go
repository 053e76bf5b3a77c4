package grafana

import (
	"bytes"
	_ "embed"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"go.yaml.in/yaml/v4"
)

//go:embed rules.yaml.tmpl
var rulesText string

// rulesTemplate leaves the braces to Grafana.
var rulesTemplate = template.Must(template.New("").Delims("[[", "]]").Parse(rulesText))

// RulesFile is a file for Grafana's provisioning with the alert rules of SLOs:
// for each team a group in the team's folder, and in the folder "Promises" one
// for the SLOs of nobody and of other teams, so that none is without alerts. The
// uid is that of the data source, made the command that makes the file.
func RulesFile(teams []string, source, made string) ([]byte, error) {
	return writeRules(groupsOf(teams, source), made, provisioned)
}

// ruleGroup is a group of alert rules.
type ruleGroup struct {
	// team is whose SLOs they are about; it is empty for the rest, which is
	// about all SLOs but those of the others.
	team   string
	others []string
	source string
}

// groupName is the name of each group; their folders tell them apart.
const groupName = "Promises"

func groupsOf(teams []string, source string) []ruleGroup {
	teams = slices.Compact(slices.Sorted(slices.Values(teams)))
	var groups []ruleGroup
	for _, team := range teams {
		groups = append(groups, ruleGroup{team: team, source: source})
	}
	return append(groups, ruleGroup{others: teams, source: source})
}

func (g ruleGroup) folder() folder {
	if g.team == "" {
		return folderOfRest
	}
	return folderOf(g.team)
}

// selection is what the rules ask about, in the language of label matchers.
func (g ruleGroup) selection() string {
	switch {
	case g.team != "":
		return "{team=" + quotePromQL(g.team) + "}"
	case len(g.others) == 0:
		return ""
	}
	names := make([]string, len(g.others))
	for i, team := range g.others {
		names[i] = regexp.QuoteMeta(team)
	}
	return "{team!~" + quotePromQL(strings.Join(names, "|")) + "}"
}

// quotePromQL is a string of PromQL. It has but ASCII, for PromQL refuses some
// other characters, and no dollar sign, for which Grafana looks in some fields of
// provisioning files and not in others.
func quotePromQL(text string) string {
	return strings.ReplaceAll(strconv.QuoteToASCII(text), "$", `\x24`)
}

// teamLabel is the label of the rules, which tells the team even where there is
// no number that would. Grafana expands labels as templates.
func (g ruleGroup) teamLabel() string { return strings.ReplaceAll(g.team, "{{", openBraces) }

// teamOfLabel is the team that a label tells.
func teamOfLabel(label string) string { return strings.ReplaceAll(label, openBraces, "{{") }

const openBraces = `{{ "{{" }}`

// literal says how a text is written so that Grafana reads it as it is.
type literal func(string) string

// provisioned is a literal in those fields of provisioning files in which
// Grafana looks for variables.
func provisioned(text string) string { return strings.ReplaceAll(text, "$", "$$") }

// sent is a literal in what is sent to Grafana.
func sent(text string) string { return text }

// groupText is a group as the template asks for it.
type groupText struct {
	ruleGroup
	literal literal
}

// UID is the uid of a rule.
func (g groupText) UID(name string) string { return RuleUID(name, g.team) }

// Folder is the path of the folder, in which slashes part the titles.
func (g groupText) Folder() (string, error) {
	return quoteYAML(g.literal(strings.ReplaceAll(g.folder().Title, "/", `\/`)))
}

// Source is the data source's uid.
func (g groupText) Source() (string, error) { return quoteYAML(g.literal(g.source)) }

// SLOs is the selection, empty if it is of all.
func (g groupText) SLOs() (string, error) { return quoteYAML(g.selection()) }

// Team is the team's label, empty if there is none.
func (g groupText) Team() (string, error) { return quoteYAML(g.literal(g.teamLabel())) }

// WithoutSLOs is the state of "An SLO has no data" if nothing is selected. That
// is to be expected of the rest where teams have groups, and of no other group.
func (g groupText) WithoutSLOs() string {
	if len(g.others) > 0 {
		return "OK"
	}
	return "Alerting"
}

// writeRules fills the template.
func writeRules(groups []ruleGroup, made string, as literal) ([]byte, error) {
	texts := make([]groupText, len(groups))
	for i, g := range groups {
		texts[i] = groupText{g, as}
	}
	var b bytes.Buffer
	err := rulesTemplate.Execute(&b, map[string]any{"Groups": texts, "Made": made})
	return b.Bytes(), err
}

// quoteYAML is a string of YAML on one line; nothing if there is no text.
func quoteYAML(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	node := yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.SingleQuotedStyle, Value: text}
	if strings.ContainsFunc(text, func(r rune) bool { return !strconv.IsPrint(r) }) {
		node.Style = yaml.DoubleQuotedStyle
	}
	written, err := yaml.Dump(&node, yaml.WithLineWidth(-1))
	return strings.TrimSpace(string(written)), err
}
