package grafana

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// team describes a team of Grafana.
type team struct {
	ID   int64
	Name string
}

// findTeam returns the team of that name, nil if there is none.
func (c *Client) findTeam(ctx context.Context, name string) (*team, error) {
	var found struct{ Teams []team }
	path := "/api/teams/search?name=" + url.QueryEscape(name)
	if err := c.call(ctx, get(path, fmt.Sprintf("looking for team %q", name), "teams:read"), &found); err != nil {
		return nil, err
	}
	for _, t := range found.Teams {
		if t.Name == name {
			return &t, nil
		}
	}
	return nil, nil
}

// createTeam creates a team without members, but for the user who creates it.
func (c *Client) createTeam(ctx context.Context, name string) (*team, error) {
	var created struct{ TeamID int64 }
	body := map[string]string{"name": name}
	err := c.call(ctx, post("/api/teams", body, fmt.Sprintf("creating team %q", name), "teams:create"), &created)
	var refused *Error
	switch {
	case errors.As(err, &refused) && refused.Status == http.StatusConflict:
		return nil, fmt.Errorf("%w; there is a team that Grafana does not distinguish from it, or that the service account may not see", err)
	case err != nil:
		return nil, err
	}
	return &team{ID: created.TeamID, Name: name}, nil
}
