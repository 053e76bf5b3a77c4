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
	// The names of the teams.
	Teams []string
	// The uid or name of the data source of their dashboards; it may be empty if
	// there is only one.
	DataSource string
	// DryRun changes nothing, and reports the same.
	DryRun bool
	// KnownTeams creates no team; those that Grafana does not have fail.
	KnownTeams bool
	// KeepPermissions takes no permission away in a folder that was there already.
	KeepPermissions bool
	// AlertRules gives each team its alert rules too, and the SLOs of no team
	// theirs.
	AlertRules bool
}

// Sync gives each team a folder that the team may edit and everyone may view, with
// the team's dashboard and, if asked for, its alert rules in it. It changes only what
// is not in line, deletes nothing, and reports each step. A team that fails does not
// stop the others; the error is about all of them.
func (c *Client) Sync(ctx context.Context, o Options, report func(Step)) error {
	self, err := c.self(ctx)
	if err != nil {
		return err
	}
	sourceUID, err := c.findDataSource(ctx, o.DataSource)
	if err != nil {
		return err
	}
	if err := c.reportMissing(ctx, report); err != nil {
		return err
	}
	s := &syncer{Client: c, Options: o, self: self, sourceUID: sourceUID, report: report, folders: map[string]folder{}}
	for _, name := range o.Teams {
		if err := s.syncTeam(ctx, name); err != nil {
			report(Step{Action: Failed, Thing: fmt.Sprintf("team %q", name), Err: err})
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	if o.AlertRules {
		if err := s.syncRules(ctx); err != nil {
			report(Step{Action: Failed, Thing: "alert rules", Err: err})
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return c.reportGone(ctx, o.Teams, report)
}

// self returns the login of the user or service account whose credentials are used.
func (c *Client) self(ctx context.Context) (string, error) {
	var user struct{ Login string }
	err := c.call(ctx, get("/api/user", "signing in", ""), &user)
	return user.Login, err
}

// reportMissing reports the dashboards to which links would lead in vain.
func (c *Client) reportMissing(ctx context.Context, report func(Step)) error {
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
		report(Step{Action: Missing, Thing: strings.Join(missing, ", ")})
	}
	return nil
}

// reportGone reports the dashboards of other teams than these.
func (c *Client) reportGone(ctx context.Context, teams []string, report func(Step)) error {
	hits, err := c.teamBoards(ctx)
	if err != nil {
		return err
	}
	for _, h := range hits {
		if !slices.ContainsFunc(teams, func(team string) bool { return DashboardUID(team) == h.UID }) {
			report(Step{Action: Gone, Thing: fmt.Sprintf("dashboard %q in folder %q", h.Title, h.FolderTitle)})
		}
	}
	return nil
}

// syncer does the work of one Sync.
type syncer struct {
	*Client
	Options
	self, sourceUID string
	report          func(Step)
	// The folders of the teams that have theirs.
	folders map[string]folder
	// The number of things that were not in line.
	done int
}

// syncTeam makes all that a team has. It ends at the first failure: without its team,
// the permissions of a folder would be wrong.
func (s *syncer) syncTeam(ctx context.Context, name string) error {
	before := s.done
	t, err := s.findOrCreateTeam(ctx, name)
	if err != nil {
		return err
	}
	f, created, err := s.place(ctx, folderOf(name))
	if err != nil {
		return err
	}
	s.folders[name] = f
	if err := s.allow(ctx, t, f, created); err != nil {
		return err
	}
	if err := s.syncBoard(ctx, name, f); err != nil {
		return err
	}
	if s.done == before {
		s.report(Step{Action: Unchanged, Thing: fmt.Sprintf("team %q", name)})
	}
	return nil
}

// do acts unless this is a dry run, and reports the step.
func (s *syncer) do(step Step, act func() error) error {
	if !s.DryRun {
		if err := act(); err != nil {
			return err
		}
	}
	s.done++
	s.report(step)
	return nil
}

// findOrCreateTeam returns the team; one that a dry run would create has no id.
func (s *syncer) findOrCreateTeam(ctx context.Context, name string) (*team, error) {
	found, err := s.findTeam(ctx, name)
	if err != nil || found != nil {
		return found, err
	}
	if s.KnownTeams {
		return nil, errors.New("there is no team of that name in Grafana, or the service account may not see it; create it first")
	}
	created := &team{Name: name}
	err = s.do(Step{Action: Created, Thing: fmt.Sprintf("team %q", name)}, func() (err error) {
		created, err = s.createTeam(ctx, name)
		return err
	})
	return created, err
}

// place returns the folder, and whether it was created now. One that somebody has
// renamed or moved is left as it is.
func (s *syncer) place(ctx context.Context, f folder) (place folder, created bool, err error) {
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
func (s *syncer) allow(ctx context.Context, t *team, f folder, created bool) error {
	current := newFolder
	if !created || !s.DryRun {
		var err error
		if current, err = s.permissions(ctx, f); err != nil {
			return err
		}
	}
	all := planChanges(current, wantedPermissions(t), func(p permission) bool {
		return s.KeepPermissions && !created || p.Login != "" && p.Login == s.self
	})
	differing := actualChanges(all)
	if len(differing) == 0 {
		return nil
	}
	var details []string
	for _, one := range differing {
		details = append(details, one.String())
	}
	step := Step{Action: Changed, Thing: fmt.Sprintf("permissions of folder %q", f.Title), Detail: strings.Join(details, ", ")}
	return s.do(step, func() error { return s.setPermissions(ctx, f, all) })
}

// syncBoard makes the team's dashboard, brings it into line, or back into its folder.
func (s *syncer) syncBoard(ctx context.Context, name string, f folder) error {
	wanted, err := newBoard(name, s.sourceUID)
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
	case found.equals(wanted):
		return nil
	}
	return s.do(step, func() error { return s.saveBoard(ctx, wanted, f) })
}
