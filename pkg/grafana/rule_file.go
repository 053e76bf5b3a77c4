package grafana

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/common/model"
	"go.yaml.in/yaml/v4"
)

const ruleFileComment = `# Alert rules of SLO Promise: a group for each team in its folder, and in the folder
# "Promises" one for the SLOs of no team and of other teams, so that none is without
# alerts. A definition that cannot be read has no team, and is reported there.
#
# One rule serves every SLO that its queries select: the answer is a number for each
# SLO, objective and label set, with the labels slo, objective, service and team, by
# which notification policies find those whom it is about. docs/alerts.md says what
# each fires on.
#
# This file was written by
#
#   %s
#
# To have such rules in a Grafana of yours, write one for your teams, and put it
# into provisioning/alerting of its configuration. "promise grafana sync
# --alert-rules" arranges the same without a file, so that teams may edit theirs.
`

// ruleFile is a file of Grafana's provisioning.
type ruleFile struct {
	APIVersion int         `json:"apiVersion"`
	Groups     []fileGroup `json:"groups"`
}

// fileGroup is a group of rules in a file.
type fileGroup struct {
	OrgID int    `json:"orgId"`
	Name  string `json:"name"`
	// The path of the folder, in which slashes separate titles.
	Folder   string `json:"folder"`
	Interval string `json:"interval"`
	Rules    []rule `json:"rules"`
}

// RulesFile returns a file for Grafana's provisioning with the alert rules of SLOs:
// for each team a group in the team's folder, and in the folder "Promises" one for
// the SLOs of no team and of other teams, so that none is without alerts. The command
// is named in the file as the one that writes it.
func RulesFile(teams []string, sourceUID, command string) ([]byte, error) {
	file := ruleFile{APIVersion: 1}
	for _, g := range newRuleGroups(teams, sourceUID) {
		file.Groups = append(file.Groups, g.inFile())
	}
	text, err := marshalYAML(file)
	return append(fmt.Appendf(nil, ruleFileComment, command), text...), err
}

func (g ruleGroup) inFile() fileGroup {
	rules := g.rules()
	for i, r := range rules {
		rules[i] = r.inFile()
	}
	return fileGroup{
		OrgID: 1, Name: groupName, Folder: escapeVariables(strings.ReplaceAll(g.folder().Title, "/", `\/`)),
		Interval: model.Duration(interval).String(), Rules: rules,
	}
}

// inFile returns the rule as a file has it: Grafana looks for variables in some of
// its fields.
func (r rule) inFile() rule {
	r.Data = slices.Clone(r.Data)
	for i := range r.Data {
		r.Data[i].DataSourceUID = escapeVariables(r.Data[i].DataSourceUID)
	}
	r.Labels = maps.Clone(r.Labels)
	for name, value := range r.Labels {
		r.Labels[name] = escapeVariables(value)
	}
	return r
}

func escapeVariables(text string) string { return strings.ReplaceAll(text, "$", "$$") }

// marshalYAML returns a value as YAML, with the fields that its JSON has.
func marshalYAML(value any) ([]byte, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	node, err := readNode(decoder)
	if err != nil {
		return nil, err
	}
	return yaml.Dump(node, yaml.WithLineWidth(-1), yaml.WithIndent(2))
}

// readNode returns the next JSON value as a node of YAML, fields in their order.
func readNode(d *json.Decoder) (*yaml.Node, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	delimiter, nested := token.(json.Delim)
	if !nested {
		return scalar(token), nil
	}
	node := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	if delimiter == '{' {
		node = &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	}
	for d.More() {
		child, err := readNode(d) // the decoder returns keys as strings
		if err != nil {
			return nil, err
		}
		node.Content = append(node.Content, child)
	}
	_, err = d.Token() // the end
	return node, err
}

func scalar(token json.Token) *yaml.Node {
	node := &yaml.Node{Kind: yaml.ScalarNode}
	switch t := token.(type) {
	case string:
		node.Tag, node.Value = "!!str", t
		if strings.ContainsFunc(t, func(r rune) bool { return !strconv.IsPrint(r) }) {
			node.Style = yaml.DoubleQuotedStyle
		}
	case json.Number:
		node.Tag, node.Value = "!!float", t.String()
		if !strings.ContainsAny(node.Value, ".eE") {
			node.Tag = "!!int"
		}
	case bool:
		node.Tag, node.Value = "!!bool", strconv.FormatBool(t)
	default:
		node.Tag, node.Value = "!!null", "null"
	}
	return node
}
