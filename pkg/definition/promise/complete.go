package promise

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// completion gives SLOs their promises, reviews and overrides.
type completion struct {
	index *format.Index
	now   time.Time
	// slos and byService contain those that were read, by name and by service.
	slos, byService map[string][]*slo.SLO
	// promises tell where each subject is promised.
	promises map[subject][]yamldoc.Place
}

// complete gives the SLOs what documents say about them. An SLO is without a document
// with an error, but for the conditions of alerts and the targets of a promise. If
// these are not known, it is refused, since its numbers would mean something else.
func complete(x *format.Index, slos []slo.SLO, now time.Time) []yamldoc.Problem {
	c := completion{index: x, now: now, slos: map[string][]*slo.SLO{}, byService: map[string][]*slo.SLO{}, promises: map[subject][]yamldoc.Place{}}
	for i := range slos {
		s := &slos[i]
		for _, name := range slices.Compact(slices.Sorted(slices.Values([]string{s.Name, s.ID(), s.StableID()}))) {
			c.slos[name] = append(c.slos[name], s)
		}
		c.byService[s.Service] = append(c.byService[s.Service], s)
	}
	return slices.Concat(c.completePromises(), c.completeReviews(), c.completeOverrides(slos))
}

func (c completion) completePromises() []yamldoc.Problem {
	entries := c.index.All(kind.Name)
	for _, e := range entries {
		d, _ := e.Value.(draft)
		c.promises[d.subject] = append(c.promises[d.subject], d.sloAt)
	}
	var problems []yamldoc.Problem
	for _, e := range entries {
		d, _ := e.Value.(draft)
		problems = append(problems, c.match(d, e.Failed)...)
	}
	return problems
}

// match gives the subject of a draft its promise, unless the draft failed, and
// returns what is wrong.
func (c completion) match(d draft, failed bool) []yamldoc.Problem {
	r := &yamldoc.Report{}
	to := c.findSLO(d.subject.slo, d.sloAt, "remove the promise", r)
	if d.unread {
		r = &yamldoc.Report{} // what its text names need not be an SLO
	}
	if to == nil {
		for _, s := range c.slos[d.subject.slo] {
			c.keepDecided(d, s, d.find(s, &yamldoc.Report{}), r)
		}
		return r.Problems()
	}
	decisive := &yamldoc.Report{}
	o, p := d.find(to, decisive), d.withDates(zoneOf(to.Window))
	if !d.undecided {
		c.check(d, p, r, decisive)
		d.checkDrift(p, to, o, r)
	}
	r.Add(decisive)
	switch {
	case decisive.Failed():
		c.refuse(d, to, r)
	case failed || r.Failed():
		c.keepDecided(d, to, o, r)
	default:
		d.give(p, to, o)
	}
	return r.Problems()
}

// give gives the subject its promise.
func (d draft) give(p *slo.Promise, s *slo.SLO, o *slo.Objective) {
	if d.subject.objective == "" {
		s.Promise = p
	} else {
		o.Promise = p
	}
}

// keepDecided gives an SLO what decides its numbers of a promise with an error, which
// is as good as not signed.
func (c completion) keepDecided(d draft, s *slo.SLO, o *slo.Objective, r *yamldoc.Report) {
	switch p := d.withDates(zoneOf(s.Window)); {
	case !d.decides():
	case d.undecided, o == nil && d.subject.objective != "":
		c.refuse(d, s, r)
	default:
		d.give(&slo.Promise{Name: p.Name, BurnConditions: p.BurnConditions, History: p.History, Source: p.Source}, s, o)
	}
}

// refuse refuses an SLO if its promise, which has an error, decides numbers.
func (c completion) refuse(d draft, s *slo.SLO, r *yamldoc.Report) {
	if !d.decides() {
		return
	}
	c.index.Refuse(s.StableID())
	about := &yamldoc.Report{}
	about.Fail(yamldoc.Place{Position: s.Source}, fmt.Sprintf("the conditions of its alerts and the history of its target are not known: its promise at %s has an error", d.at.Position), "fix that")
	about.Attribute(s.Name)
	r.Add(about)
}

// findSLO returns the SLO of a name, nil if there is none, or not one alone, which is
// reported. An SLO that was refused is not reported again.
func (c completion) findSLO(name string, at yamldoc.Place, remove string, r *yamldoc.Report) *slo.SLO {
	found := c.slos[name]
	if i := slices.IndexFunc(found, func(s *slo.SLO) bool { return s.StableID() == name }); i >= 0 {
		return found[i]
	}
	switch {
	case name == "":
	case len(found) > 1:
		r.Fail(at, fmt.Sprintf("there are %d SLOs named %q", len(found), name), "write "+strings.Join(ids(found), ", or "))
	case len(found) == 1:
		return found[0]
	case len(c.index.Find(format.SLOKind, name)) == 0:
		r.Fail(at, fmt.Sprintf("there is no SLO named %q", name), c.index.Suggest(format.SLOKind, name, "write the name of an SLO, or "+remove))
	}
	return nil
}

// ids returns what identifies each of a few SLOs.
func ids(slos []*slo.SLO) []string {
	const most = 5
	var all []string
	for _, s := range slos[:min(most, len(slos))] {
		all = append(all, s.ID())
	}
	return all
}

// check reports what is wrong with a promise whose SLO is known, and apart from that
// what is wrong with what decides numbers.
func (c completion) check(d draft, p *slo.Promise, r, decisive *yamldoc.Report) {
	if places := c.promises[d.subject]; len(places) > 1 {
		decisive.Fail(d.sloAt, fmt.Sprintf("%s is promised %d times, also at %s", d.subject, len(places), format.Elsewhere(d.sloAt, slices.Values(places))), "remove all but one")
	}
	d.validate(p, r, decisive)
	d.checkFuture(p, c.now, r)
	c.checkDependencies(d, r)
}

// String names the subject in a sentence.
func (s subject) String() string {
	if s.objective == "" {
		return fmt.Sprintf("the SLO %q", s.slo)
	}
	return fmt.Sprintf("the objective %q of the SLO %q", s.objective, s.slo)
}

// withDates returns the promise with its dates as they begin in a time zone.
func (d draft) withDates(zone *time.Location) *slo.Promise {
	p := d.promise
	p.Agreed, p.History = maps.Clone(p.Agreed), slices.Clone(p.History)
	for who, date := range d.agreed {
		p.Agreed[who] = slo.Agreement{Name: p.Agreed[who].Name, Date: date.in(zone)}
	}
	for i, date := range d.from {
		p.History[i].From = date.in(zone)
	}
	return &p
}

// find returns the objective that is promised: the one that is named, or the only
// one. It returns nil for an SLO with several, which cannot have the targets of
// one.
func (d draft) find(s *slo.SLO, r *yamldoc.Report) *slo.Objective {
	name := d.subject.objective
	if name == "" {
		if len(s.Objectives) == 1 {
			return &s.Objectives[0]
		}
		if at, found := d.firstTarget(); found {
			r.Fail(at, fmt.Sprintf("the SLO %q has %d objectives, and a target belongs to one", s.Name, len(s.Objectives)), "write objective, and a Promise for each of "+strings.Join(objectiveNames(s), ", "))
		}
		return nil
	}
	return findObjective(s, name, d.objectiveAt, r)
}

// findObjective returns the objective of a name; nil if there is none, which is
// reported.
func findObjective(s *slo.SLO, name string, at yamldoc.Place, r *yamldoc.Report) *slo.Objective {
	i := slices.IndexFunc(s.Objectives, func(o slo.Objective) bool { return o.Name == name })
	if i < 0 {
		r.Fail(at, fmt.Sprintf("the SLO %q has no objective named %q", s.Name, name), yamldoc.SuggestOneOf(name, objectiveNames(s)))
		return nil
	}
	return &s.Objectives[i]
}

// firstTarget returns where the promise has a target of one objective first.
func (d draft) firstTarget() (at yamldoc.Place, found bool) {
	switch {
	case d.promise.Considered != nil:
		return d.lowest, true
	case len(d.targets) > 0:
		return d.targets[0], true
	}
	return at, false
}

func objectiveNames(s *slo.SLO) []string {
	var names []string
	for _, o := range s.Objectives {
		names = append(names, o.Name)
	}
	return names
}

// validate reports what package slo has against the promise, and apart from that
// against its history.
func (d draft) validate(p *slo.Promise, r, history *yamldoc.Report) {
	for _, e := range faults(p.Validate()) {
		var invalid *slo.Invalid
		if errors.As(e, &invalid) && strings.HasPrefix(invalid.Field, "History") {
			format.Refuse(history, d.placeOf(e), e)
		} else {
			format.Refuse(r, d.placeOf(e), e)
		}
	}
}

// faults returns the errors that package slo joined, none of nil.
func faults(err error) []error {
	if err == nil {
		return nil
	}
	return err.(interface{ Unwrap() []error }).Unwrap()
}

// itemField matches the field of a list's item in an error of package slo.
var itemField = regexp.MustCompile(`^(History|Policy)\[(\d+)\]\.(\w+)$`)

// placeOf returns where the field of an error is; the promise if that is not
// known.
func (d draft) placeOf(err error) yamldoc.Place {
	var invalid *slo.Invalid
	if !errors.As(err, &invalid) {
		return d.at
	}
	switch invalid.Field {
	case "Considered.Lowest":
		return d.lowest
	case "Considered.Highest":
		return d.highest
	}
	found := itemField.FindStringSubmatch(invalid.Field)
	if found == nil {
		return d.at
	}
	i, _ := strconv.Atoi(found[2])
	switch found[3] {
	case "From":
		return d.from[i].at
	case "Target":
		return d.targets[i]
	case "Until":
		return d.untils[i]
	default:
		return d.shares[i]
	}
}

// checkFuture reports what is dated later than now.
func (d draft) checkFuture(p *slo.Promise, now time.Time, r *yamldoc.Report) {
	for _, who := range slo.Signatories() {
		if p.Agreed[who].Date.After(now) {
			r.Warn(d.agreed[who].at, "lies in the future", "write when they agreed; remove the agreement until they have")
		}
	}
	for i, c := range p.History {
		if c.From.After(now) {
			r.Warn(d.from[i].at, "lies in the future", "windows that open before it are evaluated against the previous target; correct the date if that is not what you meant")
		}
	}
}

// checkDependencies reports services that have neither a document nor an SLO,
// if there are documents for services.
func (c completion) checkDependencies(d draft, r *yamldoc.Report) {
	service := format.ServiceKind.Name
	if len(c.index.All(service)) == 0 {
		return
	}
	for i, name := range d.promise.DependsOn {
		if len(c.index.Find(service, name)) == 0 && len(c.byService[name]) == 0 {
			r.Warn(d.dependencies[i], fmt.Sprintf("there is no Service named %q", name), c.index.Suggest(service, name, "add a document of the kind Service with this name"))
		}
	}
}

// checkDrift reports an objective whose target is not what was promised last.
func (d draft) checkDrift(p *slo.Promise, s *slo.SLO, o *slo.Objective, r *yamldoc.Report) {
	if o == nil {
		return
	}
	promised, drifts := p.Drift(*o)
	if !drifts {
		return
	}
	last := d.targets[len(d.targets)-1]
	r.Warn(last, fmt.Sprintf("%s %% was promised last, but the target of the SLO (%s) is %s %%", format.Percent(promised), s.Source, format.Percent(o.Target)),
		"agree on the new target and add it to the history, or put the SLO's target back")
}
