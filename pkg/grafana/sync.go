package grafana

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Options say what Sync arranges.
type Options struct {
	// Teams are the names of the teams.
	Teams []string
	// DataSource is the uid or name of the data source of their dashboards; it
	// may be empty if there is only one.
	DataSource string
	// DryRun changes nothing, and tells the same.
	DryRun bool
	// KnownTeams makes no team; those that Grafana does not have fail.
	KnownTeams bool
	// KeepPermissions takes nothing away that somebody was allowed in a folder
	// that was there already.
	KeepPermissions bool
	// AlertRules gives each team its alert rules too, and the SLOs that are of
	// none of them theirs.
	AlertRules bool
}

// Sync gives each team a folder that the team may edit and everyone may view,
// with the team's dashboard and, if asked for, its alert rules in it. It changes only what is not so, deletes
// nothing, and tells each step. A team that fails does not keep the others from
// theirs; the error is about all of them.
func (c *Client) Sync(ctx context.Context, o Options, tell func(Step)) error {
	self, err := c.self(ctx)
	if err != nil {
		return err
	}
	source, err := c.findDataSource(ctx, o.DataSource)
	if err != nil {
		return err
	}
	if err := c.tellMissing(ctx, tell); err != nil {
		return err
	}
	s := &sync{Client: c, Options: o, self: self, source: source, tell: tell, folders: map[string]folder{}}
	for _, name := range o.Teams {
		if err := s.arrange(ctx, name); err != nil {
			tell(Step{Action: Failed, Thing: fmt.Sprintf("team %q", name), Err: err})
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	if o.AlertRules {
		if err := s.rules(ctx); err != nil {
			tell(Step{Action: Failed, Thing: "alert rules", Err: err})
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return c.tellGone(ctx, o.Teams, tell)
}

// self is the login of the user or service account whose credentials are used.
func (c *Client) self(ctx context.Context) (string, error) {
	var user struct{ Login string }
	err := c.call(ctx, get("/api/user", "signing in", ""), &user)
	return user.Login, err
}

// tellMissing tells the dashboards to which links would lead in vain.
func (c *Client) tellMissing(ctx context.Context, tell func(Step)) error {
	var missing []string
	for _, uid := range linkedUIDs() {
		found, _, err := c.findBoard(ctx, uid)
		if err != nil {
			return err
		}
		if found == nil {
			missing = append(missing, uid)
		}
	}
	if len(missing) > 0 {
		tell(Step{Action: Missing, Thing: strings.Join(missing, ", ")})
	}
	return nil
}

// tellGone tells the dashboards of teams that are none of these.
func (c *Client) tellGone(ctx context.Context, teams []string, tell func(Step)) error {
	hits, err := c.teamBoards(ctx)
	if err != nil {
		return err
	}
	for _, h := range hits {
		if !slices.ContainsFunc(teams, func(team string) bool { return DashboardUID(team) == h.UID }) {
			tell(Step{Action: Gone, Thing: fmt.Sprintf("dashboard %q in folder %q", h.Title, h.FolderTitle)})
		}
	}
	return nil
}

// sync is what one Sync knows.
type sync struct {
	*Client
	Options
	self, source string
	tell         func(Step)
	// folders are those of the teams that have theirs.
	folders map[string]folder
	// done is how many things were not right.
	done int
}

// arrange makes all that a team has. It ends at the first failure: without its
// team, the permissions of a folder would be wrong.
func (s *sync) arrange(ctx context.Context, name string) error {
	before := s.done
	t, err := s.team(ctx, name)
	if err != nil {
		return err
	}
	f, made, err := s.place(ctx, folderOf(name))
	if err != nil {
		return err
	}
	s.folders[name] = f
	if err := s.allow(ctx, t, f, made); err != nil {
		return err
	}
	if err := s.board(ctx, name, f); err != nil {
		return err
	}
	if s.done == before {
		s.tell(Step{Action: Right, Thing: fmt.Sprintf("team %q", name)})
	}
	return nil
}

// do does what is not a trial, and tells it.
func (s *sync) do(step Step, act func() error) error {
	if !s.DryRun {
		if err := act(); err != nil {
			return err
		}
	}
	s.done++
	s.tell(step)
	return nil
}

// team is the team as Grafana knows it; one that a trial would make has no id.
func (s *sync) team(ctx context.Context, name string) (*team, error) {
	found, err := s.findTeam(ctx, name)
	if err != nil || found != nil {
		return found, err
	}
	if s.KnownTeams {
		return nil, errors.New("there is no team of that name in Grafana, or the service account may not see it; create it first")
	}
	made := &team{Name: name}
	err = s.do(Step{Action: Created, Thing: fmt.Sprintf("team %q", name)}, func() (err error) {
		made, err = s.createTeam(ctx, name)
		return err
	})
	return made, err
}

// place is the folder, and whether it was made now. One that somebody has renamed
// or moved is left as it is.
func (s *sync) place(ctx context.Context, f folder) (place folder, made bool, err error) {
	found, err := s.locate(ctx, f)
	switch {
	case err != nil:
		return f, false, err
	case found != nil:
		return *found, false, nil
	}
	err = s.do(Step{Action: Created, Thing: fmt.Sprintf("folder %q", f.Title)}, func() error { return s.createFolder(ctx, f) })
	return f, true, err
}

// allow brings the permissions of the folder into line. Whoever signed in keeps
// theirs, for they may need them the next time.
func (s *sync) allow(ctx context.Context, t *team, f folder, made bool) error {
	current := newFolder
	if !made || !s.DryRun {
		var err error
		if current, err = s.permissions(ctx, f); err != nil {
			return err
		}
	}
	all := settle(current, wanted(t), func(p permission) bool {
		return s.KeepPermissions && !made || p.Login != "" && p.Login == s.self
	})
	changed := differing(all)
	if len(changed) == 0 {
		return nil
	}
	var details []string
	for _, one := range changed {
		details = append(details, one.String())
	}
	step := Step{Action: Changed, Thing: fmt.Sprintf("permissions of folder %q", f.Title), Detail: strings.Join(details, ", ")}
	return s.do(step, func() error { return s.setPermissions(ctx, f, all) })
}

// board makes the team's dashboard, brings it into line, or back into its folder.
func (s *sync) board(ctx context.Context, name string, f folder) error {
	wanted, err := newBoard(name, s.source)
	if err != nil {
		return err
	}
	found, at, err := s.findBoard(ctx, DashboardUID(name))
	if err != nil {
		return err
	}
	step := Step{Action: Changed, Thing: fmt.Sprintf("dashboard %q in folder %q", name, f.Title)}
	switch {
	case found == nil:
		step.Action = Created
	case at != f.UID:
		step.Detail = "it was in another folder"
	case found.same(wanted):
		return nil
	}
	return s.do(step, func() error { return s.saveBoard(ctx, wanted, f) })
}
