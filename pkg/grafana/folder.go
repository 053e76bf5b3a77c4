package grafana

import (
	"context"
	"fmt"
	"slices"
)

// folder describes a folder of Grafana.
type folder struct {
	UID   string `json:"uid"`
	Title string `json:"title"`
}

func folderOf(team string) folder {
	return folder{UID: FolderUID(team), Title: "Promises of " + team}
}

// sharedFolder holds what belongs to no team, for everyone to view. Provisioned
// dashboards are in it too.
var sharedFolder = folder{UID: "promises", Title: "Promises"}

// locate returns the folder of that uid, else the one of that title that is in no
// other; nil if there is none. Provisioning makes folders with other uids.
func (c *Client) locate(ctx context.Context, f folder) (*folder, error) {
	found, err := c.findFolder(ctx, f)
	if err != nil || found != nil {
		return found, err
	}
	var all []folder
	err = c.call(ctx, get("/api/folders?limit=5000", fmt.Sprintf("looking for folder %q", f.Title), "folders:read"), &all)
	if i := slices.IndexFunc(all, func(other folder) bool { return other.Title == f.Title }); i >= 0 {
		return &all[i], err
	}
	return nil, err
}

// findFolder returns the folder of that uid, nil if there is none.
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
