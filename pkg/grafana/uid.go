package grafana

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"strings"
)

// The uids of folders and dashboards are told apart, because they share one
// name space in some versions of Grafana. They have at most 40 characters.
const (
	folderPrefix    = "promises-"
	dashboardPrefix = "promise-team-"
	longestSlug     = 40 - len(dashboardPrefix)
)

// FolderUID is the uid of a team's folder.
func FolderUID(team string) string { return folderPrefix + slug(team) }

// DashboardUID is the uid of a team's dashboard.
func DashboardUID(team string) string { return dashboardPrefix + slug(team) }

var (
	safeName     = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	unsafe       = regexp.MustCompile(`[^a-z0-9]+`)
	endsInDigest = regexp.MustCompile(`(^|-)[0-9a-f]{8}$`)
)

// slug is the name of a team where only lower case, digits and dashes are
// allowed. A name that had to be changed ends in a digest of what it was, so
// that different teams have different slugs.
func slug(team string) string {
	if safeName.MatchString(team) && len(team) <= longestSlug && !endsInDigest.MatchString(team) {
		return team
	}
	digest := fmt.Sprintf("%x", sha256.Sum256([]byte(team)))[:8]
	readable := strings.Trim(unsafe.ReplaceAllString(strings.ToLower(team), "-"), "-")
	readable = strings.Trim(readable[:min(len(readable), longestSlug-len(digest)-1)], "-")
	return strings.TrimPrefix(readable+"-"+digest, "-")
}
