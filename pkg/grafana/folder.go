package grafana

import (
	"context"
	"fmt"
)

// folder is one of Grafana's folders.
type folder struct {
	UID   string `json:"uid"`
	Title string `json:"title"`
}

func folderOf(team string) folder {
	return folder{UID: FolderUID(team), Title: "Promises of " + team}
}

// folderOfRest is the folder of what belongs to no team, and that everyone may
// view. Provisioned dashboards are in it too.
var folderOfRest = folder{UID: "promises", Title: "Promises"}

// findFolder is the folder of that uid, nil if there is none.
func (c *Client) findFolder(ctx context.Context, f folder) (*folder, error) {
	var found folder
	err := c.call(ctx, get("/api/folders/"+f.UID, fmt.Sprintf("looking for folder %q", f.Title), "folders:read"), &found)
	if absent(err) {
		return nil, nil
	}
	return &found, err
}

func (c *Client) createFolder(ctx context.Context, f folder) error {
	return c.call(ctx, post("/api/folders", f, fmt.Sprintf("creating folder %q", f.Title), "folders:create"), nil)
}
