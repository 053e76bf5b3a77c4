package grafana

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/grafana/dashboards"
)

// board holds a dashboard as JSON.
type board map[string]any

// newBoard returns the dashboard of a team over a data source.
func newBoard(team, sourceUID string) (board, error) {
	built, err := dashboards.OfTeam(team, DashboardUID(team), sourceUID)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(built)
	if err != nil {
		return nil, fmt.Errorf("encoding the dashboard of team %q: %w", team, err)
	}
	var b board
	return b, json.Unmarshal(text, &b)
}

// equals reports whether the dashboards are the same in what people write.
func (b board) equals(other board) bool {
	return reflect.DeepEqual(b.withoutNumbers(), other.withoutNumbers())
}

// withoutNumbers returns the dashboard without what Grafana numbers.
func (b board) withoutNumbers() board {
	own := maps.Clone(b)
	delete(own, "id")
	delete(own, "version")
	return own
}

// linkedUIDs returns the uids of the dashboards to which those of teams have links.
func linkedUIDs() []string {
	var all []string
	for _, d := range dashboards.All() {
		all = append(all, d.UID)
	}
	slices.Sort(all)
	return all
}

// findBoard returns the dashboard of a uid and the uid of its folder; nil if there is
// none.
func (c *Client) findBoard(ctx context.Context, uid string) (b board, folderUID string, err error) {
	var found struct {
		Dashboard board
		Meta      struct{ FolderUID string }
	}
	err = c.call(ctx, get("/api/dashboards/uid/"+uid, "looking for dashboard "+uid, "dashboards:read"), &found)
	if absent(err) {
		return nil, "", nil
	}
	return found.Dashboard, found.Meta.FolderUID, err
}

// saveBoard creates the dashboard, or replaces the one with its uid.
func (c *Client) saveBoard(ctx context.Context, b board, f folder) error {
	body := map[string]any{
		"dashboard": b, "folderUid": f.UID, "overwrite": true, "message": "Brought into line with the definitions",
	}
	return c.call(ctx, post("/api/dashboards/db", body, fmt.Sprintf("saving dashboard %q", b["title"]), "dashboards:write"), nil)
}

// hit describes a dashboard that a search found.
type hit struct{ UID, Title, FolderTitle string }

// teamBoards returns the dashboards of teams.
func (c *Client) teamBoards(ctx context.Context) ([]hit, error) {
	var all []hit
	err := c.call(ctx, get("/api/search?type=dash-db&tag=promise&limit=5000", "looking for dashboards of teams", "dashboards:read"), &all)
	return slices.DeleteFunc(all, func(h hit) bool { return !strings.HasPrefix(h.UID, dashboardPrefix) }), err
}
