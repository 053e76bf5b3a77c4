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

// rules gives the teams that have a folder their groups of alert rules, and the
// SLOs of nobody and of other teams theirs. A group that fails does not keep the
// others from theirs: its SLOs are left to the rest, if nothing alerts on them.
func (s *sync) rules(ctx context.Context) error {
	k := ruleKeeper{sync: s}
	var err error
	if k.stored, err = s.storedRules(ctx); err != nil {
		return err
	}
	if k.own, err = k.uids(); err != nil {
		return err
	}
	if err := k.refuseFiles(ctx); err != nil {
		return err
	}
	var served []string
	for _, g := range k.groups() {
		if g.team != "" && k.attempt(ctx, g, s.folders[g.team]) {
			served = append(served, g.team)
		}
	}
	k.tellGone()
	f, _, err := s.place(ctx, folderOfRest)
	if err != nil {
		return err
	}
	k.attempt(ctx, k.rest(served), f)
	return ctx.Err()
}

// ruleKeeper brings groups of alert rules into line.
type ruleKeeper struct {
	*sync
	// stored are all rules that there were.
	stored []storedRule
	// own are the uids of the rules that this Sync keeps, wherever they are.
	own map[string]bool
}

// placed are the teams whose folders are there.
func (s *sync) placed() []string {
	return slices.DeleteFunc(slices.Clone(s.Teams), func(team string) bool {
		_, there := s.folders[team]
		return !there
	})
}

// rest is about the SLOs of nobody and of teams that have no group: these do,
// and those that had one before, which others may have made.
func (k ruleKeeper) rest(teams []string) ruleGroup {
	others := slices.Concat(teams, k.served())
	slices.Sort(others)
	return ruleGroup{others: slices.Compact(others), source: k.source}
}

// served are the teams that had a group before.
func (k ruleKeeper) served() []string {
	var teams []string
	for _, r := range k.stored {
		team := teamOfLabel(r.Labels["team"])
		if team != "" && strings.HasPrefix(r.UID, rulePrefix) && strings.HasSuffix(r.UID, "-"+slug(team, longestRuleSlug)) {
			teams = append(teams, team)
		}
	}
	slices.Sort(teams)
	return slices.Compact(teams)
}

// tellGone tells the groups of teams that are none of these.
func (k ruleKeeper) tellGone() {
	for _, team := range k.served() {
		if !slices.Contains(k.Teams, team) {
			k.tell(Step{Action: Gone, Thing: fmt.Sprintf("alert rules of team %q", team)})
		}
	}
}

// refuseFiles is the error of rules that come from a file and are not those of
// these teams: they cannot be changed, and rules beside them would alert twice.
func (k ruleKeeper) refuseFiles(ctx context.Context) error {
	f, err := k.locate(ctx, folderOfRest)
	if err != nil {
		return err
	}
	if f == nil {
		f = &folder{} // in which there are no rules
	}
	folders := maps.Clone(k.folders)
	folders[""] = *f
	var wrong []string
	for _, g := range k.groups() {
		more, err := k.wrongFiles(g, folders[g.team])
		if err != nil {
			return err
		}
		wrong = append(wrong, more...)
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%s come from a provisioning file and are not the rules for these teams. They cannot be changed here, and others beside them would alert twice: "+
			"write the file anew with promise grafana rules, or let Grafana delete them, which it does if their uids are under deleteRules of a provisioning file", strings.Join(wrong, ", "))
	}
	return nil
}

// groups are those of the teams with a folder, and the rest.
func (k ruleKeeper) groups() []ruleGroup {
	var all []ruleGroup
	for _, team := range k.placed() {
		all = append(all, ruleGroup{team: team, source: k.source})
	}
	return append(all, k.rest(k.placed()))
}

// uids are those of the rules of all groups.
func (k ruleKeeper) uids() (map[string]bool, error) {
	all := map[string]bool{}
	for _, g := range k.groups() {
		rules, err := g.rules()
		if err != nil {
			return nil, err
		}
		for _, r := range rules {
			all[r.UID] = true
		}
	}
	return all, nil
}

// wrongFiles are the uids of the group's rules that come from a file, unless
// all are as they are to be.
func (k ruleKeeper) wrongFiles(g ruleGroup, f folder) ([]string, error) {
	c, err := k.compare(g, f)
	if err != nil || c.right() {
		return nil, err
	}
	return c.fromFile, nil
}

// attempt keeps a group, tells if that fails, and says whether the group is
// there.
func (k ruleKeeper) attempt(ctx context.Context, g ruleGroup, f folder) bool {
	err := k.keep(ctx, g, f)
	if err != nil && ctx.Err() == nil {
		k.tell(Step{Action: Failed, Thing: fmt.Sprintf("alert rules in folder %q", f.Title), Err: err})
	}
	return err == nil
}

func (k ruleKeeper) keep(ctx context.Context, g ruleGroup, f folder) error {
	c, err := k.compare(g, f)
	if err == nil && c.grouped && len(c.fromFile) == 0 {
		err = k.compareInterval(ctx, &c, f)
	}
	if err != nil {
		return err
	}
	step := Step{Action: Changed, Thing: fmt.Sprintf("alert rules in folder %q", f.Title), Detail: strings.Join(c.wrong, ", ")}
	switch {
	case c.right() && len(c.fromFile) > 0:
		k.tell(Step{Action: Right, Thing: step.Thing, Detail: "they come from a provisioning file"})
		return nil
	case c.right():
		k.tell(Step{Action: Right, Thing: step.Thing})
		return nil
	case c.none:
		step.Action, step.Detail = Created, ""
	}
	return k.do(step, func() error { return k.saveRules(ctx, f, c.rules) })
}

// comparison is how the rules of a group that there are compare with those that
// there are to be.
type comparison struct {
	// none says that there is none of the rules, grouped that there is a group
	// of that name, whatever is in it.
	none, grouped bool
	// fromFile are the uids of those that come from a provisioning file.
	fromFile []string
	// wrong says what differs.
	wrong []string
	// rules are all that are to be in the group: the group's own, paused if they
	// are, and what others have put there.
	rules []any
}

func (c comparison) right() bool { return len(c.wrong) == 0 }

// compare compares all but the interval.
func (k ruleKeeper) compare(g ruleGroup, f folder) (comparison, error) {
	wanted, err := g.rules()
	if err != nil {
		return comparison{}, err
	}
	c := comparison{none: true}
	for _, r := range wanted {
		c.add(r, k.find(r.UID), f)
	}
	for _, r := range k.stored {
		of := slices.ContainsFunc(wanted, func(w rule) bool { return w.UID == r.UID })
		c.grouped = c.grouped || r.in(f)
		if r.fromFile() && (of || r.in(f)) {
			c.fromFile = append(c.fromFile, r.UID)
		}
		if r.in(f) && !k.own[r.UID] {
			c.rules = append(c.rules, r.whole)
		}
	}
	return c, nil
}

// add compares a rule of the group with what is stored under its uid, nil if
// nothing is.
func (c *comparison) add(r rule, found *storedRule, f folder) {
	title := strconv.Quote(r.Title)
	switch {
	case found == nil:
		c.wrong = append(c.wrong, title+" (was not there)")
	case !found.same(r):
		c.wrong = append(c.wrong, title)
	case !found.fromFile() && !found.in(f):
		c.wrong = append(c.wrong, title+" (was elsewhere)")
	}
	if found != nil {
		c.none = false
		r.IsPaused = found.IsPaused
	}
	c.rules = append(c.rules, r)
}

func (k ruleKeeper) compareInterval(ctx context.Context, c *comparison, f folder) error {
	was, err := k.interval(ctx, f)
	if err == nil && was != interval {
		c.wrong = append(c.wrong, fmt.Sprintf("evaluated every %s (was %s)", model.Duration(interval), model.Duration(was)))
	}
	return err
}

// find is the rule of that uid, nil if there is none.
func (k ruleKeeper) find(uid string) *storedRule {
	i := slices.IndexFunc(k.stored, func(r storedRule) bool { return r.UID == uid })
	if i < 0 {
		return nil
	}
	return &k.stored[i]
}

// in says that the rule is in the group of ours in a folder.
func (r storedRule) in(f folder) bool { return r.FolderUID == f.UID && r.RuleGroup == groupName }

// fromFile says that the rule comes from a provisioning file, so that only the
// file can change it. Its folder is the one of the file's choice.
func (r storedRule) fromFile() bool { return r.Provenance == "file" }
