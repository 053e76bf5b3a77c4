// Package dashboards holds the bundled dashboards for programs that put them
// into Grafana. The files are made by "npm run dashboards".
package dashboards

import _ "embed"

// Team is the page of a team. Its variable "team" chooses the team, and
// ${DS_PROMISE} stands for the uid of the data source.
//
//go:embed team.json
var Team []byte
