package grafana

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"strings"
)

// The uids of folders and dashboards differ, because they share one name space in
// some versions of Grafana. Like those of alert rules, they have at most 40
// characters.
const (
	longestUID      = 40
	folderPrefix    = "promises-"
	dashboardPrefix = "promise-team-"
	rulePrefix      = "slo-"
	longestSlug     = longestUID - len(dashboardPrefix)
	longestRuleSlug = longestUID - len(rulePrefix+"exhaustion-")
)

// FolderUID returns the uid of a team's folder.
func FolderUID(team string) string { return folderPrefix + slug(team, longestSlug) }

// DashboardUID returns the uid of a team's dashboard.
func DashboardUID(team string) string { return dashboardPrefix + slug(team, longestSlug) }

// RuleUID returns the uid of a team's alert rule, by the rule's short name, such as
// page. Rules for the SLOs of no team and of other teams have no team.
func RuleUID(name, team string) string {
	if team == "" {
		return "promise-" + name
	}
	return rulePrefix + name + "-" + slug(team, longestRuleSlug)
}

var (
	safeName     = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	unsafe       = regexp.MustCompile(`[^a-z0-9]+`)
	endsInDigest = regexp.MustCompile(`(^|-)[0-9a-f]{8}$`)
)

// slug returns the name of a team with lower case, digits and dashes only, and no
// longer than longest. A name that had to be changed ends in a digest of itself, so
// that different teams have different slugs.
func slug(team string, longest int) string {
	if safeName.MatchString(team) && len(team) <= longest && !endsInDigest.MatchString(team) {
		return team
	}
	digest := fmt.Sprintf("%x", sha256.Sum256([]byte(team)))[:8]
	readable := strings.Trim(unsafe.ReplaceAllString(strings.ToLower(team), "-"), "-")
	readable = strings.Trim(readable[:min(len(readable), longest-len(digest)-1)], "-")
	return strings.TrimPrefix(readable+"-"+digest, "-")
}
