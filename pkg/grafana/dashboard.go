package grafana

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/src/dashboards"
)

// board is a dashboard as JSON.
type board map[string]any

// boardOf is the bundled page of a team for one team, over a data source.
func boardOf(team, source string) (board, error) {
	var bundled map[string]any
	if err := json.Unmarshal(dashboards.Team, &bundled); err != nil {
		return nil, fmt.Errorf("the bundled dashboard: %w", err)
	}
	delete(bundled, "__inputs")
	b := board(replaced(bundled, "${DS_PROMISE}", source).(map[string]any))
	b["uid"], b["title"] = DashboardUID(team), team
	for _, variable := range b["templating"].(map[string]any)["list"].([]any) {
		if v := variable.(map[string]any); v["name"] == "team" {
			fix(v, team)
		}
	}
	return b, nil
}

// fix leaves a variable one value, and hides it.
func fix(variable map[string]any, value string) {
	name := variable["name"]
	clear(variable)
	maps.Copy(variable, map[string]any{
		"type": "constant", "name": name, "query": value, "hide": 2., "skipUrlSync": true,
		"current": map[string]any{"text": value, "value": value},
	})
}

// replaced is a copy of a JSON value with a part of its strings replaced.
func replaced(value any, old, by string) any {
	switch v := value.(type) {
	case string:
		return strings.ReplaceAll(v, old, by)
	case []any:
		all := slices.Clone(v)
		for i, each := range all {
			all[i] = replaced(each, old, by)
		}
		return all
	case map[string]any:
		all := maps.Clone(v)
		for key, each := range all {
			all[key] = replaced(each, old, by)
		}
		return all
	}
	return value
}

// same says whether the dashboards are the same in what people write.
func (b board) same(other board) bool {
	return reflect.DeepEqual(b.written(), other.written())
}

// written is the dashboard without what Grafana numbers.
func (b board) written() board {
	own := maps.Clone(b)
	delete(own, "id")
	delete(own, "version")
	return own
}

var linkedUID = regexp.MustCompile(`"/d/([\w-]+)`)

// linked are the uids of the dashboards to which those of teams have links.
func linked() []string {
	var all []string
	for _, match := range linkedUID.FindAllSubmatch(dashboards.Team, -1) {
		all = append(all, string(match[1]))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// findBoard is the dashboard of that uid and the uid of its folder; it is nil
// if there is none.
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

// saveBoard makes the dashboard, or puts it in place of the one with its uid.
func (c *Client) saveBoard(ctx context.Context, b board, f folder) error {
	body := map[string]any{
		"dashboard": b, "folderUid": f.UID, "overwrite": true, "message": "Brought into line with the definitions",
	}
	return c.call(ctx, post("/api/dashboards/db", body, fmt.Sprintf("saving dashboard %q", b["title"]), "dashboards:write"), nil)
}

// hit is a dashboard that was searched.
type hit struct{ UID, Title, FolderTitle string }

// teamBoards are the dashboards of teams that there are.
func (c *Client) teamBoards(ctx context.Context) ([]hit, error) {
	var all []hit
	err := c.call(ctx, get("/api/search?type=dash-db&tag=promise&limit=5000", "looking for dashboards of teams", "dashboards:read"), &all)
	return slices.DeleteFunc(all, func(h hit) bool { return !strings.HasPrefix(h.UID, dashboardPrefix) }), err
}
