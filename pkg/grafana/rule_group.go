package grafana

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// ruleGroup describes a group of alert rules: those of a team's SLOs, or those of the
// SLOs of no team and of teams without a group.
type ruleGroup struct {
	// The team; empty for the rest.
	team string
	// The teams that have groups, whose SLOs the rest leaves out.
	others []string
	// The uid of the data source.
	sourceUID string
}

// groupName names each group; their folders distinguish them.
const groupName = "Promises"

// newRuleGroups returns a group for each team, and the rest.
func newRuleGroups(teams []string, sourceUID string) []ruleGroup {
	teams = slices.Compact(slices.Sorted(slices.Values(teams)))
	var groups []ruleGroup
	for _, team := range teams {
		groups = append(groups, ruleGroup{team: team, sourceUID: sourceUID})
	}
	return append(groups, ruleGroup{others: teams, sourceUID: sourceUID})
}

func (g ruleGroup) folder() folder {
	if g.team == "" {
		return sharedFolder
	}
	return folderOf(g.team)
}

// selector returns the label matchers of the SLOs that the rules are about.
func (g ruleGroup) selector() string {
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

// quotePromQL returns a string of PromQL. It is ASCII, because PromQL refuses some
// other characters, and has no dollar sign, for which Grafana looks in some fields of
// provisioning files and not in others.
func quotePromQL(text string) string {
	return strings.ReplaceAll(strconv.QuoteToASCII(text), "$", `\x24`)
}

// labels returns the labels of a rule. The team is one of them so that an alert
// without numbers, and thus without their labels, finds its team too.
func (g ruleGroup) labels(severity string) map[string]string {
	all := map[string]string{}
	if g.team != "" {
		all[teamLabel] = escapeTemplate(g.team)
	}
	if severity != "" {
		all["severity"] = severity
	}
	return all
}

const (
	teamLabel  = "team"
	openBraces = `{{ "{{" }}`
)

// escapeTemplate returns a text as Grafana, which expands labels as templates, must
// read it.
func escapeTemplate(text string) string { return strings.ReplaceAll(text, "{{", openBraces) }

// unescapeTemplate undoes escapeTemplate.
func unescapeTemplate(text string) string { return strings.ReplaceAll(text, openBraces, "{{") }
