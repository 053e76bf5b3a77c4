// Package promise reads and writes documents about SLOs of any format: the kind
// Promise says who answers for an SLO, who agreed to it, why, since when, and what
// happens when the budget runs low; Review what followed from a miss; Override
// when people opened the gate. They are described in docs/promise.md,
// docs/review.md and docs/gate.md, and for editors in JSON Schemas there.
//
// A document is read into a draft. Once all files are read, the draft is matched
// with its subject, the SLO or objective that it names, whose time zone dates it.
package promise

import (
	"cmp"
	"regexp"
	"slices"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

const version = format.SettingPrefix + "v1"

// The kinds of entries whose Values are drafts. Nothing refers to them by name.
var (
	kind         = format.Kind{Name: "Promise"}
	reviewKind   = format.Kind{Name: "Review"}
	overrideKind = format.Kind{Name: "Override"}
)

func kinds() []string { return []string{kind.Name, reviewKind.Name, overrideKind.Name} }

// Formats returns the one version of these documents.
func Formats() []format.Format {
	return []format.Format{{Version: version, Family: format.SettingPrefix, Read: read, Unread: addUnreadPromises, Complete: complete}}
}

// draft describes a Promise as its document gives it. It lacks the dates, which
// begin in the time zone of the SLO's window.
type draft struct {
	subject                subject
	promise                slo.Promise
	at, sloAt, objectiveAt yamldoc.Place
	// agreed and from are the dates of the agreements and of the history.
	agreed map[string]date
	from   []date
	// targets, shares, untils and dependencies tell where the numbers of the
	// history and of the policy, what ends a consequence and the names of services
	// are.
	targets, shares, untils, dependencies []yamldoc.Place
	// lowest and highest tell where the range that was considered is.
	lowest, highest yamldoc.Place
	// undecided tells that there is an error in what decides numbers: the conditions
	// of alerts, and the history of the target.
	undecided bool
	// unread tells that nothing of it could be read.
	unread bool
}

var (
	nameForm = yamldoc.Form{
		Pattern: format.NameForm.Pattern, Name: format.NameForm.Name,
		Hint: format.NameForm.Hint + ", such as checkout-availability",
	}
	urlForm = yamldoc.Form{Pattern: regexp.MustCompile(`^https?://[^\s/]\S*$`), Name: "a web address", Hint: "write one that begins with https:// or http://"}
)

// read reads a document of the kind that was probably meant. One whose kind is like no
// other is read as a promise, which may decide numbers.
func read(c *format.Contents, root yamldoc.Value, written string) {
	switch cmp.Or(yamldoc.Nearest(written, kinds()), kind.Name) {
	case reviewKind.Name:
		readReview(c, root)
	case overrideKind.Name:
		readOverride(c, root)
	default:
		readPromise(c, root)
	}
}

// parts returns the name of a document, where that is, and the fields of its spec.
func parts(root yamldoc.Value, fields ...string) (name string, at yamldoc.Place, spec yamldoc.Object) {
	o := root.Fields("apiVersion", "kind", "metadata", "spec")
	o.Get("kind").Choice(kinds()...)
	metadata := needObject(o, "metadata", "write metadata with a name below it", "name")
	spec = needObject(o, "spec", "write spec with its fields below it", fields...)
	return needText(metadata, "name", nameForm), metadata.Get("name").Place(), spec
}

func readPromise(c *format.Contents, root yamldoc.Value) {
	name, at, spec := parts(root, "agreed", "alerting", "changes", "considered", "dependsOn", "history", "links", "objective", "owner", "policy", "reason", "slo")
	d := draft{at: at, sloAt: spec.Get("slo").Place(), objectiveAt: spec.Get("objective").Place()}
	d.promise = slo.Promise{Name: name, Source: root.Place().Position}
	d.subject.slo = needText(spec, "slo", text("write the name of the SLO that is promised"))
	d.subject.objective = readTextOrNumber(spec.Get("objective"), "write the name of an objective, or remove it for a promise about all objectives of the SLO")
	d.readSpec(spec)
	c.Entries = append(c.Entries, format.Entry{Kind: kind, Name: d.promise.Name, At: d.at, Value: d, Failed: root.Report().Failed()})
}

// readSpec reads all that the promise says. Of one with an error it keeps what
// decides numbers, if there is none in that.
func (d *draft) readSpec(spec yamldoc.Object) {
	whole, decisive := *d, &yamldoc.Report{}
	whole.readConditions(spec, decisive)
	whole.undecided = decisive.Failed() || spec.IsMisspelled("alerting", "history")
	spec.Report().Add(decisive)
	*d = whole
	if whole.read(spec); !spec.Report().Failed() {
		*d = whole
	}
}

// readConditions reads what decides numbers, and reports what is wrong with that.
func (d *draft) readConditions(spec yamldoc.Object, r *yamldoc.Report) {
	d.promise.BurnConditions = readAlerting(spec.Get("alerting").WithReport(r))
	d.readHistory(spec.Get("history").WithReport(r))
}

// decides reports whether the promise says anything that decides numbers.
func (d draft) decides() bool {
	return d.undecided || len(d.promise.BurnConditions) > 0 || len(d.promise.History) > 0
}

// read reads all else that the promise says.
func (d *draft) read(spec yamldoc.Object) {
	p := &d.promise
	owner := spec.Get("owner").Fields("contact", "team")
	p.Owner = slo.Owner{
		Team:    owner.Get("team").Match(text("write the name of the team")),
		Contact: owner.Get("contact").Match(text(`write how to reach the team, such as "#payments" in quotes`)),
	}
	p.Reason = spec.Get("reason").Match(text("write why the target is what it is"))
	p.Links = readLinks(spec.Get("links"))
	p.DependsOn, d.dependencies = readTexts(spec.Get("dependsOn"), text("write the name of a service"))
	if changes := spec.Get("changes"); changes.Present() {
		p.Changes = &slo.Query{Expr: changes.Match(text("write a PromQL query, such as deploys_total")), Source: changes.TextStart()}
	}
	d.readAgreed(spec.Get("agreed"))
	d.readConsidered(spec.Get("considered"))
	d.readPolicy(spec.Get("policy"))
}

func readLinks(v yamldoc.Value) slo.Links {
	o := v.Fields("channel", "dashboards", "repository", "runbook")
	dashboards, _ := readTexts(o.Get("dashboards"), urlForm)
	return slo.Links{
		Runbook: o.Get("runbook").Match(urlForm), Repository: o.Get("repository").Match(urlForm), Channel: o.Get("channel").Match(urlForm),
		Dashboards: dashboards,
	}
}

func (d *draft) readAgreed(v yamldoc.Value) {
	o := v.Fields(slices.Sorted(slices.Values(slo.Signatories()))...)
	d.agreed, d.promise.Agreed = map[string]date{}, map[string]slo.Agreement{}
	for _, who := range slo.Signatories() {
		a := o.Get(who).WithHint("write the name and the date, such as {name: Ada Lovelace, date: 2026-01-15}").Fields("date", "name")
		if a.Present() {
			d.promise.Agreed[who] = slo.Agreement{Name: needText(a, "name", text("write the name of the person who agreed"))}
			d.agreed[who] = readDate(a.Need("date", "write when they agreed, such as 2026-01-15"))
		}
	}
}

func (d *draft) readConsidered(v yamldoc.Value) {
	const hint = "write a target of at least 0 and below 1, or a percentage, such as 0.999 or 99.9%"
	o := v.WithHint("write the lowest and the highest target that you weighed, such as {lowest: 99%, highest: 99.95%}").Fields("highest", "lowest")
	if !o.Present() {
		return
	}
	read := func(name string) (float64, yamldoc.Place) {
		v := o.Need(name, hint)
		return readShare(v, targetForm, hint, func(n float64) bool { return n >= 0 && n < 1 }), v.Place()
	}
	d.promise.Considered = &slo.TargetRange{}
	d.promise.Considered.Lowest, d.lowest = read("lowest")
	d.promise.Considered.Highest, d.highest = read("highest")
}

func (d *draft) readHistory(list yamldoc.Value) {
	for _, item := range list.List() {
		o := item.WithHint("write a target and from when it was promised, such as {target: 0.999, from: 2026-01-15}").
			Fields("agreedBy", "from", "reason", "target", "targetPercent")
		if !o.Present() {
			continue
		}
		c := slo.Commitment{Reason: o.Get("reason").Match(text("write why the target was changed, or remove it"))}
		var at yamldoc.Place
		c.Target, at = readTarget(o)
		c.AgreedBy, _ = readTexts(o.Get("agreedBy"), text("write the name of the person who agreed"))
		d.promise.History = append(d.promise.History, c)
		d.from = append(d.from, readDate(o.Need("from", "write from when the target was promised, such as 2026-01-15")))
		d.targets = append(d.targets, at)
	}
}

// readTarget returns the target, as a share, from either of its fields, and where
// it is.
func readTarget(o yamldoc.Object) (float64, yamldoc.Place) {
	target, percent := o.Get("target"), o.Get("targetPercent")
	switch {
	case target.Present() && percent.Present():
		target.Fail("is given as well as targetPercent", "write only one of them")
	case !target.Present() && !percent.Present():
		target.Fail("is missing", "write the least share of good events, such as 0.999, or targetPercent")
	}
	share := readNumber(target, "write a share of at least 0 and below 1, such as 0.999", func(n float64) bool { return n >= 0 && n < 1 })
	if !percent.Present() {
		return share, target.Place()
	}
	n := readNumber(percent, "write a percentage of at least 0 and below 100, such as 99.9", func(n float64) bool { return n >= 0 && n < 100 })
	return format.Hundredth(percent.Written(), n), percent.Place()
}

// subject names what is promised: all of the SLO if no objective is named.
type subject struct{ slo, objective string }
