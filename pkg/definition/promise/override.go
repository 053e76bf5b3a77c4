package promise

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// overrideDraft describes an Override as its document gives it. It lacks the times.
type overrideDraft struct {
	sloName    string
	override   slo.Override
	from, to   date
	subjectAt  yamldoc.Place
	approvedAt yamldoc.Place
	actionsAt  []yamldoc.Place
}

func readOverride(c *format.Contents, root yamldoc.Value) {
	name, at, spec := parts(root, "actions", "approvedBy", "from", "reason", "service", "slo", "to")
	d := overrideDraft{override: slo.Override{Name: name, Source: root.Place().Position}}
	subject, v := spec.One("slo", "service")
	d.subjectAt = v.Place()
	switch subject {
	case "slo":
		d.sloName = v.Match(text("write the name of an SLO"))
	case "service":
		d.override.Service = v.Match(text("write the name of a service"))
	}
	actions := spec.Need("actions", "write what is allowed, such as [deploy]")
	d.override.Actions, d.actionsAt = readTexts(actions, actionForm)
	if actions.IsList() && len(actions.List()) == 0 {
		actions.Fail("is empty", "write what is allowed, such as [deploy]")
	}
	d.from = readDate(spec.Need("from", "write from when it is allowed, such as 2026-11-20T08:00:00Z"))
	d.to = readDate(spec.Need("to", "write when the override ends, such as 2026-11-20T18:00:00Z; each has an end"))
	d.override.Reason = needText(spec, "reason", text("write why the rule does not hold this time"))
	approved := spec.Need("approvedBy", "write who approved it, two people at least")
	d.approvedAt = approved.Place()
	d.override.ApprovedBy, _ = readTexts(approved, text("write the name of a person who approved it"))
	if n := len(d.override.ApprovedBy); approved.IsList() && n < 2 {
		approved.Fail(fmt.Sprintf("has %d of the two names that an override needs", n), "write who approved it, two people at least")
	}
	root.Report().PutAside()
	c.Entries = append(c.Entries, format.Entry{Kind: overrideKind, Name: name, At: at, Value: d, Failed: root.Report().Failed()})
}

// maxOverrides bounds the overrides about one SLO, or about one service, each of
// whose SLOs has them.
const maxOverrides = 100

// overrideSubject names what an override is about: a service, or the ID of an SLO.
type overrideSubject struct{ service, slo string }

// overrideCompletion collects overrides by what they are about.
type overrideCompletion struct {
	completion
	found map[overrideSubject][]slo.Override
	// services contains the names of those that SLOs are about, in order.
	services []string
	// blocked contains the actions that policies block, as far as asked for.
	blocked map[overrideSubject][]string
}

// completeOverrides gives the SLOs their overrides.
func (c completion) completeOverrides(slos []slo.SLO) []yamldoc.Problem {
	all := overrideCompletion{
		completion: c, found: map[overrideSubject][]slo.Override{}, services: slices.Sorted(maps.Keys(c.byService)),
		blocked: map[overrideSubject][]string{},
	}
	var problems []yamldoc.Problem
	for _, e := range c.index.All(overrideKind.Name) {
		d, _ := e.Value.(overrideDraft)
		r := &yamldoc.Report{}
		all.match(d, e.Failed, r)
		r.PutAside()
		problems = append(problems, r.Problems()...)
	}
	for i := range slos {
		slos[i].Overrides = all.of(slos[i])
	}
	return problems
}

// of returns the overrides about an SLO, by their start.
func (c *overrideCompletion) of(s slo.SLO) []slo.Override {
	overrides := slices.Concat(c.found[overrideSubject{slo: s.ID()}], c.found[overrideSubject{service: s.Service}])
	slices.SortStableFunc(overrides, func(a, b slo.Override) int {
		return cmp.Or(a.From.Compare(b.From), strings.Compare(a.Name, b.Name))
	})
	return overrides
}

// match adds an override to those of its subject, unless something is wrong with it,
// which is reported.
func (c *overrideCompletion) match(d overrideDraft, failed bool, r *yamldoc.Report) {
	about, slos := c.subject(d, r)
	if len(slos) == 0 {
		return
	}
	zone := time.UTC
	if about.slo != "" {
		zone = zoneOf(slos[0].Window)
	}
	o := d.override
	o.From, o.To = d.from.in(zone), d.to.in(zone)
	if !d.from.time.IsZero() && !d.to.time.IsZero() && len(o.ApprovedBy) > 1 {
		d.validate(o, r)
	}
	c.checkActions(d, c.blockedIn(about, slos), r)
	if !failed && !r.Failed() && len(c.found[about]) == maxOverrides {
		r.Fail(d.subjectAt, fmt.Sprintf("there are more than %d overrides about it", maxOverrides), "remove those that are over")
	}
	if !failed && !r.Failed() {
		c.found[about] = append(c.found[about], o)
	}
}

// subject returns what the override is about, and the SLOs of that.
func (c *overrideCompletion) subject(d overrideDraft, r *yamldoc.Report) (overrideSubject, []*slo.SLO) {
	service := d.override.Service
	if service == "" {
		if s := c.findSLO(d.sloName, d.subjectAt, "remove the override", r); s != nil {
			return overrideSubject{slo: s.ID()}, []*slo.SLO{s}
		}
		return overrideSubject{}, nil
	}
	slos := c.byService[service]
	if len(slos) == 0 {
		r.Fail(d.subjectAt, fmt.Sprintf("there is no SLO of a service named %q", service), c.index.SuggestFrom(service, c.services, "write the service of an SLO, or remove the override"))
	}
	return overrideSubject{service: service}, slos
}

// validate reports what package slo has against the override.
func (d overrideDraft) validate(o slo.Override, r *yamldoc.Report) {
	for _, e := range faults(o.Validate()) {
		if invalid, ok := errors.AsType[*slo.Invalid](e); ok && invalid.Field == "To" {
			format.Refuse(r, d.to.at, e)
		} else if ok && invalid.Field == "ApprovedBy" {
			format.Refuse(r, d.approvedAt, e)
		}
	}
}

// blockedIn returns the actions that the policies of a subject's SLOs block.
func (c *overrideCompletion) blockedIn(about overrideSubject, slos []*slo.SLO) []string {
	if known, ok := c.blocked[about]; ok {
		return known
	}
	actions := map[string]bool{}
	for _, s := range slos {
		for _, action := range s.BlockableActions() {
			actions[action] = true
		}
	}
	c.blocked[about] = slices.Sorted(maps.Keys(actions))
	return c.blocked[about]
}

// checkActions reports actions that no policy blocks.
func (c *overrideCompletion) checkActions(d overrideDraft, blocked []string, r *yamldoc.Report) {
	for i, action := range d.override.Actions {
		if action != "" && !slices.Contains(blocked, action) {
			r.Warn(d.actionsAt[i], fmt.Sprintf("no policy blocks %q, so that there is nothing to override", action),
				c.index.SuggestFrom(action, blocked, "write an action that a policy blocks"))
		}
	}
}
