package definition

import (
	"strconv"
	"strings"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// promiseVersion is the version of the documents that make an SLO a promise.
// They are described in docs/promise.md, and their form in
// docs/promise.schema.json.
const (
	promiseVersion = annotationPrefix + "v1"
	promiseKind    = "Promise"
)

// promiseDraft is a Promise as its document gives it. It lacks the dates, which
// begin in the time zone of the SLO's window.
type promiseDraft struct {
	subject
	promise                slo.Promise
	at, sloAt, objectiveAt place
	// agreed and from are the dates of the agreements and of the history.
	agreed map[string]date
	from   []date
	// targets, shares and dependencies are where the numbers of the history
	// and of the policy and the names of services are.
	targets, shares, dependencies []place
	failed                        bool
}

// readPromise reads a document whose structure the schema checks.
func (c *contents) readPromise(root value) {
	form, err := promiseSchema()
	if err != nil {
		root.fail("cannot be checked: "+err.Error(), "report this as a fault of the program")
		return
	}
	form.check(root)
	// What is wrong with the structure has been reported.
	again := root
	again.document = root.document.apart()
	o := again.object()
	metadata, spec := o.get("metadata").object(), o.get("spec").object()
	d := promiseDraft{
		at: metadata.get("name").at, sloAt: spec.get("slo").at, objectiveAt: spec.get("objective").at,
		subject: subject{spec.words("slo"), spec.words("objective")},
		promise: slo.Promise{Name: metadata.words("name"), Source: root.at.position},
	}
	if !root.failed {
		d.read(spec)
		c.problems = append(c.problems, again.problems...)
	}
	d.failed = root.failed || again.failed
	c.promises = append(c.promises, d)
}

// words is the text of a field whose type was checked.
func (o object) words(name string) string {
	v := o.get(name)
	if !v.present() {
		return ""
	}
	return strings.TrimSpace(v.node.Value)
}

func (d *promiseDraft) read(spec object) {
	p := &d.promise
	owner := spec.get("owner").object()
	p.Owner = slo.Owner{Team: owner.words("team"), Contact: owner.words("contact")}
	p.Reason = spec.words("reason")
	p.Links = readLinks(spec.get("links").object())
	p.DependsOn = spec.get("dependsOn").texts()
	for _, item := range spec.get("dependsOn").list() {
		d.dependencies = append(d.dependencies, item.at)
	}
	d.readAgreed(spec.get("agreed").object())
	alerting := spec.get("alerting").object()
	for _, severity := range slo.Severities() {
		p.BurnConditions = append(p.BurnConditions, readConditions(severity, alerting.get(string(severity)))...)
	}
	d.readHistory(spec.get("history"))
	d.readPolicy(spec.get("policy"))
}

func readLinks(o object) slo.Links {
	return slo.Links{
		Runbook: o.words("runbook"), Repository: o.words("repository"), Channel: o.words("channel"),
		Dashboards: o.get("dashboards").texts(),
	}
}

// texts is the items of a list of texts.
func (v value) texts() []string {
	var texts []string
	for _, item := range v.list() {
		texts = append(texts, strings.TrimSpace(item.node.Value))
	}
	return texts
}

func (d *promiseDraft) readAgreed(o object) {
	d.agreed, d.promise.Agreed = map[string]date{}, map[string]slo.Agreement{}
	for _, who := range slo.Signatories() {
		if a := o.get(who).object(); a.valid() {
			d.promise.Agreed[who] = slo.Agreement{Name: a.words("name")}
			d.agreed[who] = readDate(a.get("date"))
		}
	}
}

func (d *promiseDraft) readHistory(list value) {
	for _, item := range list.list() {
		o := item.object()
		target := o.get("target")
		share, _ := target.number()
		if percent := o.get("targetPercent"); percent.present() {
			target = percent
			share, _ = percent.percent()
		}
		d.promise.History = append(d.promise.History, slo.Commitment{Target: share, Reason: o.words("reason"), AgreedBy: o.get("agreedBy").texts()})
		d.from = append(d.from, readDate(o.get("from")))
		d.targets = append(d.targets, target.at)
	}
}

func (d *promiseDraft) readPolicy(list value) {
	for _, item := range list.list() {
		o := item.object()
		share := o.get("remainingBelow")
		d.promise.Policy = append(d.promise.Policy, slo.Consequence{RemainingBelow: readShare(share), Action: o.words("action"), Until: o.words("until")})
		d.shares = append(d.shares, share.at)
	}
}

// readShare is a number, or a percentage with its sign.
func readShare(v value) float64 {
	digits, percent := strings.CutSuffix(v.node.Value, "%")
	if !percent {
		share, _ := v.number()
		return share
	}
	digits = strings.TrimSpace(digits)
	n, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		v.fail(quoted(v.node.Value)+" is not a percentage", "write one such as 25%")
	}
	return hundredth(digits, n)
}

// date is a day, which begins at midnight somewhere, or a moment.
type date struct {
	at   place
	time time.Time
	day  bool
}

func readDate(v value) date {
	d := date{at: v.at}
	text := strings.TrimSpace(v.node.Value)
	var err error
	if d.time, err = time.Parse(time.DateOnly, text); err == nil {
		d.day = true
		return d
	}
	if d.time, err = time.Parse(time.RFC3339, strings.ToUpper(text)); err != nil {
		v.fail(quoted(text)+" is not a date", "write a day that the calendar has, such as 2026-01-15 or 2026-01-15T09:00:00Z")
	}
	return d
}

// in is when the date begins in a time zone.
func (d date) in(zone *time.Location) time.Time {
	if !d.day {
		return d.time.In(zone)
	}
	year, month, day := d.time.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, zone)
}
