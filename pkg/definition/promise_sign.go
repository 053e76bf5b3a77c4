package definition

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// signing gives SLOs their promises.
type signing struct {
	*index
	now time.Time
	// slos are those that were read, by name, and offered the services that
	// they are about.
	slos    map[string]*slo.SLO
	offered map[string]bool
	// twins are where each SLO or objective is promised.
	twins map[subject][]place
}

// subject is what is promised, by name; all of the SLO if no objective is named.
type subject struct{ slo, objective string }

func (s subject) String() string {
	if s.objective == "" {
		return "the SLO " + quoted(s.slo)
	}
	return fmt.Sprintf("the objective %s of the SLO %s", quoted(s.objective), quoted(s.slo))
}

// sign gives the SLOs their promises. What is wrong with a promise does not
// refuse its SLO, which is without one then.
func (set *Set) sign(files []*contents, x *index, now time.Time) {
	s := signing{x, now, map[string]*slo.SLO{}, map[string]bool{}, map[subject][]place{}}
	for i := range set.SLOs {
		s.slos[set.SLOs[i].Name] = &set.SLOs[i]
		s.offered[set.SLOs[i].Service] = true
	}
	for _, f := range files {
		for _, d := range f.promises {
			s.twins[d.subject] = append(s.twins[d.subject], d.sloAt)
		}
	}
	known := slices.Sorted(maps.Keys(x.drafts))
	for _, f := range files {
		for _, d := range f.promises {
			set.Problems = append(set.Problems, s.sign(d, known)...)
		}
	}
}

// sign gives an SLO, or one of its objectives, a promise; the problems are what
// is wrong with it.
func (s signing) sign(d promiseDraft, known []string) []Problem {
	r := &report{failed: d.failed}
	named := s.slos[d.slo]
	switch {
	case d.slo == "":
	case len(s.drafts[d.slo]) == 0:
		r.fail(d.sloAt, fmt.Sprintf("there is no SLO named %s", quoted(d.slo)), s.suggest(d.slo, known, "write the name of an SLO, or remove the promise"))
	case named != nil:
		s.give(d, named, r)
	}
	return r.problems
}

func (s signing) give(d promiseDraft, to *slo.SLO, r *report) {
	p := d.dated(zone(to.Window))
	o := d.find(to, r)
	s.checkTwins(d, r)
	d.check(p, r)
	d.checkFuture(p, s.now, r)
	s.checkDependencies(d, r)
	d.checkDrift(p, to, o, r)
	switch {
	case r.failed:
	case d.objective == "":
		to.Promise = p
	default:
		o.Promise = p
	}
}

// zone is the time zone in which the days of a window begin.
func zone(w slo.Window) *time.Location {
	if w.Calendar {
		return w.Anchor.Location()
	}
	return time.UTC
}

// dated is the promise with its dates as they begin in a time zone.
func (d promiseDraft) dated(zone *time.Location) *slo.Promise {
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

// find is the objective that is promised: the one that is named, or the only
// one. It is nil for an SLO with several, which cannot have a history of one
// target.
func (d promiseDraft) find(s *slo.SLO, r *report) *slo.Objective {
	if d.objective == "" {
		if len(s.Objectives) == 1 {
			return &s.Objectives[0]
		}
		if len(d.targets) > 0 {
			r.fail(d.targets[0], fmt.Sprintf("the SLO %s has %d objectives, and a target belongs to one", quoted(s.Name), len(s.Objectives)), "write objective, and a Promise for each of "+strings.Join(objectiveNames(s), ", "))
		}
		return nil
	}
	i := slices.IndexFunc(s.Objectives, func(o slo.Objective) bool { return o.Name == d.objective })
	if i < 0 {
		r.fail(d.objectiveAt, fmt.Sprintf("the SLO %s has no objective named %s", quoted(s.Name), quoted(d.objective)), oneOf(d.objective, objectiveNames(s)))
		return nil
	}
	return &s.Objectives[i]
}

func objectiveNames(s *slo.SLO) []string {
	var names []string
	for _, o := range s.Objectives {
		names = append(names, o.Name)
	}
	return names
}

// checkTwins reports another promise about the same.
func (s signing) checkTwins(d promiseDraft, r *report) {
	if places := s.twins[d.subject]; len(places) > 1 {
		r.fail(d.sloAt, fmt.Sprintf("%s is promised %d times, also at %s", d.subject, len(places), elsewhere(d.sloAt, places)), "remove all but one")
	}
}

// check reports what the domain has against the promise.
func (d promiseDraft) check(p *slo.Promise, r *report) {
	if err := p.Validate(); err != nil {
		for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
			r.invalid(d.place(e), e)
		}
	}
}

// item is a field of a list's item in an error of the domain.
var item = regexp.MustCompile(`^(History|Policy)\[(\d+)\]\.(\w+)$`)

// place is where the field of an error is; the promise where it is not known.
func (d promiseDraft) place(err error) place {
	var invalid *slo.Invalid
	if !errors.As(err, &invalid) {
		return d.at
	}
	found := item.FindStringSubmatch(invalid.Field)
	if found == nil {
		return d.at
	}
	i, _ := strconv.Atoi(found[2])
	switch found[3] {
	case "From":
		return d.from[i].at
	case "Target":
		return d.targets[i]
	default:
		return d.shares[i]
	}
}

// checkFuture reports what is dated later than now.
func (d promiseDraft) checkFuture(p *slo.Promise, now time.Time, r *report) {
	for _, who := range slo.Signatories() {
		if p.Agreed[who].Date.After(now) {
			r.warn(d.agreed[who].at, "lies in the future", "write when they agreed; remove the agreement until they have")
		}
	}
	for i, c := range p.History {
		if c.From.After(now) {
			r.warn(d.from[i].at, "lies in the future", "windows that open before it are judged by the target before; correct the date if that is not meant")
		}
	}
}

// checkDependencies reports services that have neither a document nor an SLO,
// if there are documents for services.
func (s signing) checkDependencies(d promiseDraft, r *report) {
	if len(s.services) == 0 {
		return
	}
	for i, name := range d.promise.DependsOn {
		if len(s.services[name]) == 0 && !s.offered[name] {
			r.warn(d.dependencies[i], fmt.Sprintf("there is no Service named %s", quoted(name)), s.suggest(name, s.serviceNames, "add a document of the kind Service with this name"))
		}
	}
}

// checkDrift reports an objective whose target is not what was promised last.
func (d promiseDraft) checkDrift(p *slo.Promise, s *slo.SLO, o *slo.Objective, r *report) {
	if o == nil {
		return
	}
	promised, drifted := p.Drift(*o)
	if !drifted {
		return
	}
	last := d.targets[len(d.targets)-1]
	r.warn(last, fmt.Sprintf("%s %% was promised last, but the target of the SLO (%s) is %s %%", percentage(promised), s.Source, percentage(o.Target)),
		"agree on the new target and add it to the history, or put the SLO's target back")
}
