package grafana

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/common/model"
)

// syncRules gives the teams that have a folder their groups of alert rules, and the
// SLOs of no team and of other teams theirs. A group that fails does not stop the
// others: its SLOs are left to the rest, if nothing alerts on them.
func (s *syncer) syncRules(ctx context.Context) error {
	r := ruleSyncer{syncer: s}
	var err error
	if r.stored, err = s.storedRules(ctx); err != nil {
		return err
	}
	r.own = r.uids()
	if err := r.refuseFiles(ctx); err != nil {
		return err
	}
	var served []string
	for _, g := range r.groups() {
		if g.team != "" && r.try(ctx, g, s.folders[g.team]) {
			served = append(served, g.team)
		}
	}
	r.reportGone()
	f, _, err := s.place(ctx, sharedFolder)
	if err != nil {
		return err
	}
	r.try(ctx, r.rest(served), f)
	return ctx.Err()
}

// ruleSyncer brings groups of alert rules into line.
type ruleSyncer struct {
	*syncer
	// All rules that Grafana had at first.
	stored []storedRule
	// The uids of the rules that this Sync makes, wherever they are.
	own map[string]bool
}

// placedTeams returns the teams that have a folder.
func (s *syncer) placedTeams() []string {
	return slices.DeleteFunc(slices.Clone(s.Teams), func(team string) bool {
		_, there := s.folders[team]
		return !there
	})
}

// rest returns the group for the SLOs of no team and of teams without a group. These
// teams have one, and so have those that had one before, which others may have made.
func (r ruleSyncer) rest(teams []string) ruleGroup {
	others := slices.Concat(teams, r.servedTeams())
	slices.Sort(others)
	return ruleGroup{others: slices.Compact(others), sourceUID: r.sourceUID}
}

// servedTeams returns the teams that had a group before.
func (r ruleSyncer) servedTeams() []string {
	var teams []string
	for _, stored := range r.stored {
		team := unescapeTemplate(stored.Labels[teamLabel])
		if team != "" && strings.HasPrefix(stored.UID, rulePrefix) && strings.HasSuffix(stored.UID, "-"+slug(team, longestRuleSlug)) {
			teams = append(teams, team)
		}
	}
	slices.Sort(teams)
	return slices.Compact(teams)
}

// reportGone reports the groups of teams that the definitions do not have.
func (r ruleSyncer) reportGone() {
	for _, team := range r.servedTeams() {
		if !slices.Contains(r.Teams, team) {
			r.report(Step{Action: Gone, Thing: fmt.Sprintf("alert rules of team %q", team)})
		}
	}
}

// refuseFiles returns an error if rules come from a file and differ from those of
// these teams: they cannot be changed, and rules beside them would alert twice.
func (r ruleSyncer) refuseFiles(ctx context.Context) error {
	f, err := r.locate(ctx, sharedFolder)
	if err != nil {
		return err
	}
	if f == nil {
		f = &folder{} // in which there are no rules
	}
	folders := maps.Clone(r.folders)
	folders[""] = *f
	var wrong []string
	for _, g := range r.groups() {
		if c := r.compare(g, folders[g.team]); !c.unchanged() {
			wrong = append(wrong, c.fromFile...)
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%s come from a provisioning file and are not the rules for these teams. They cannot be changed here, and others beside them would alert twice: "+
			"write the file anew with promise grafana rules, or let Grafana delete them, which it does if their uids are under deleteRules of a provisioning file", strings.Join(wrong, ", "))
	}
	return nil
}

// groups returns those of the teams with a folder, and the rest.
func (r ruleSyncer) groups() []ruleGroup {
	var all []ruleGroup
	for _, team := range r.placedTeams() {
		all = append(all, ruleGroup{team: team, sourceUID: r.sourceUID})
	}
	return append(all, r.rest(r.placedTeams()))
}

// uids returns the uids of the rules of all groups.
func (r ruleSyncer) uids() map[string]bool {
	all := map[string]bool{}
	for _, g := range r.groups() {
		for _, wanted := range g.rules() {
			all[wanted.UID] = true
		}
	}
	return all
}

// try brings a group into line, reports a failure, and returns whether the group is
// there.
func (r ruleSyncer) try(ctx context.Context, g ruleGroup, f folder) bool {
	err := r.syncGroup(ctx, g, f)
	if err != nil && ctx.Err() == nil {
		r.report(Step{Action: Failed, Thing: fmt.Sprintf("alert rules in folder %q", f.Title), Err: err})
	}
	return err == nil
}

func (r ruleSyncer) syncGroup(ctx context.Context, g ruleGroup, f folder) error {
	c := r.compare(g, f)
	if c.grouped && len(c.fromFile) == 0 {
		if err := r.compareInterval(ctx, &c, f); err != nil {
			return err
		}
	}
	step := Step{Action: Changed, Thing: fmt.Sprintf("alert rules in folder %q", f.Title), Detail: strings.Join(c.differences, ", ")}
	switch {
	case c.unchanged() && len(c.fromFile) > 0:
		r.report(Step{Action: Unchanged, Thing: step.Thing, Detail: "they come from a provisioning file"})
		return nil
	case c.unchanged():
		r.report(Step{Action: Unchanged, Thing: step.Thing})
		return nil
	case c.none:
		step.Action, step.Detail = Created, ""
	}
	return r.do(step, func() error { return r.saveRules(ctx, f, c.rules) })
}

// comparison compares the wanted rules of a group with the stored ones.
type comparison struct {
	// none means that no rule is stored, grouped that a group of that name is,
	// whatever is in it.
	none, grouped bool
	// The uids of the rules that come from a provisioning file.
	fromFile    []string
	differences []string
	// All that the group must contain: its own rules, paused if they are, and
	// those that others have added.
	rules []any
}

func (c comparison) unchanged() bool { return len(c.differences) == 0 }

// compare compares all but the interval.
func (r ruleSyncer) compare(g ruleGroup, f folder) comparison {
	wanted := g.rules()
	c := comparison{none: true}
	for _, w := range wanted {
		c.add(w, r.find(w.UID), f)
	}
	for _, stored := range r.stored {
		ofGroup := slices.ContainsFunc(wanted, func(w rule) bool { return w.UID == stored.UID })
		c.grouped = c.grouped || stored.in(f)
		if stored.fromFile() && (ofGroup || stored.in(f)) {
			c.fromFile = append(c.fromFile, stored.UID)
		}
		if stored.in(f) && !r.own[stored.UID] {
			c.rules = append(c.rules, stored.whole)
		}
	}
	return c
}

// add compares a rule of the group with the stored one, nil if there is none.
func (c *comparison) add(wanted rule, found *storedRule, f folder) {
	title := strconv.Quote(wanted.Title)
	switch {
	case found == nil:
		c.differences = append(c.differences, title+" (was missing)")
	case !found.equals(wanted):
		c.differences = append(c.differences, title)
	case !found.fromFile() && !found.in(f):
		c.differences = append(c.differences, title+" (was elsewhere)")
	}
	if found != nil {
		c.none = false
		wanted.IsPaused = found.IsPaused
	}
	c.rules = append(c.rules, wanted)
}

func (r ruleSyncer) compareInterval(ctx context.Context, c *comparison, f folder) error {
	was, err := r.interval(ctx, f)
	if err == nil && was != interval {
		c.differences = append(c.differences, fmt.Sprintf("evaluated every %s (was %s)", model.Duration(interval), model.Duration(was)))
	}
	return err
}

// find returns the stored rule of a uid, nil if there is none.
func (r ruleSyncer) find(uid string) *storedRule {
	i := slices.IndexFunc(r.stored, func(stored storedRule) bool { return stored.UID == uid })
	if i < 0 {
		return nil
	}
	return &r.stored[i]
}

// in reports whether the rule is in our group in a folder.
func (r storedRule) in(f folder) bool { return r.FolderUID == f.UID && r.RuleGroup == groupName }

// fromFile reports whether the rule comes from a provisioning file, so that only the
// file can change it. The file chooses its folder.
func (r storedRule) fromFile() bool { return r.Provenance == "file" }
