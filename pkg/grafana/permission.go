package grafana

import (
	"context"
	"fmt"
	"slices"
)

// level says what somebody may do in a folder; with none, nothing.
type level string

const (
	none level = ""
	view level = "View"
	edit level = "Edit"
)

// levels lists the levels of Grafana, each of which allows all that those before it
// do.
var levels = []level{none, view, edit, "Admin"}

func (l level) String() string {
	if l == none {
		return "nothing"
	}
	return string(l)
}

func (l level) atLeast(other level) bool {
	return slices.Index(levels, l) >= slices.Index(levels, other)
}

// subject identifies who may do something: a basic role, a team or a user, which
// service accounts are too.
type subject struct {
	Role   string `json:"builtInRole,omitempty"`
	TeamID int64  `json:"teamId,omitempty"`
	UserID int64  `json:"userId,omitempty"`
}

// permission says what a subject may do in a folder.
type permission struct {
	subject
	Level level `json:"permission"`
	// The names of the subject.
	Team  string `json:"-"`
	Login string `json:"-"`
}

func (p permission) name() string {
	switch {
	case p.Role != "":
		return "role " + p.Role
	case p.TeamID != 0 || p.Team != "":
		return "team " + p.Team
	}
	return "user " + p.Login
}

// newFolder lists what Grafana allows in a new folder, besides what it allows to
// whoever creates it.
var newFolder = []permission{
	{subject: subject{Role: "Editor"}, Level: edit},
	{subject: subject{Role: "Viewer"}, Level: view},
}

// wantedPermissions returns what a team's folder allows: the team edits, all others
// view. Grafana's basic roles do not contain each other here, so that both are named.
func wantedPermissions(t *team) []permission {
	return []permission{
		{subject: subject{TeamID: t.ID}, Team: t.Name, Level: edit},
		{subject: subject{Role: "Editor"}, Level: view},
		{subject: subject{Role: "Viewer"}, Level: view},
	}
}

// change describes the new permission of a subject, and its old level.
type change struct {
	permission
	was level
}

func (c change) String() string { return fmt.Sprintf("%s %s (was %s)", c.name(), c.Level, c.was) }

// planChanges returns the permissions that turn the current ones into those that are
// wanted, also those that do not change. Whoever is not named loses theirs; kept
// reports whose permissions only grow.
func planChanges(current, wanted []permission, kept func(permission) bool) []change {
	var all []change
	for _, p := range current {
		next := change{permission: p, was: p.Level}
		next.Level = levelOf(wanted, p.subject)
		if kept(p) && p.Level.atLeast(next.Level) {
			next.Level = p.Level
		}
		all = append(all, next)
	}
	for _, p := range wanted {
		if levelOf(current, p.subject) == none {
			all = append(all, change{permission: p})
		}
	}
	return all
}

func levelOf(permissions []permission, s subject) level {
	for _, p := range permissions {
		if p.subject == s {
			return p.Level
		}
	}
	return none
}

// actualChanges returns the changes that change something.
func actualChanges(all []change) []change {
	return slices.DeleteFunc(slices.Clone(all), func(c change) bool { return c.Level == c.was })
}

// permissions returns the folder's own permissions. Others follow from Grafana's
// roles or from the folders above, or are of deleted subjects, and cannot be changed
// here.
func (c *Client) permissions(ctx context.Context, f folder) ([]permission, error) {
	var found []struct {
		subject
		Permission             level
		Team, UserLogin        string
		IsManaged, IsInherited bool
	}
	doing := fmt.Sprintf("reading the permissions of folder %q", f.Title)
	if err := c.call(ctx, get(permissionsPath(f), doing, "folders.permissions:read"), &found); err != nil {
		return nil, err
	}
	var own []permission
	for _, p := range found {
		if p.IsManaged && !p.IsInherited && p.subject != (subject{}) {
			own = append(own, permission{subject: p.subject, Level: p.Permission, Team: p.Team, Login: p.UserLogin})
		}
	}
	return own, nil
}

// setPermissions sends all permissions, also the unchanged ones: some versions of
// Grafana forget those that are not named, others keep them.
func (c *Client) setPermissions(ctx context.Context, f folder, all []change) error {
	body := struct {
		Permissions []permission `json:"permissions"`
	}{}
	for _, one := range all {
		body.Permissions = append(body.Permissions, one.permission)
	}
	doing := fmt.Sprintf("changing the permissions of folder %q", f.Title)
	return c.call(ctx, post(permissionsPath(f), body, doing, "folders.permissions:write"), nil)
}

func permissionsPath(f folder) string { return "/api/access-control/folders/" + f.UID }
