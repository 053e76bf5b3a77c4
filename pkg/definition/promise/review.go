package promise

import (
	"fmt"
	"slices"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// reviewDraft describes a Review as its document gives it. It lacks the dates, which
// begin in the time zone of the SLO's window.
type reviewDraft struct {
	sloName, objective string
	review             slo.Review
	sloAt, objectiveAt yamldoc.Place
	// missAt tells where the window or the overspend is.
	missAt                      yamldoc.Place
	overspend                   bool
	start, end, held, due, done date
	// changeAt and evidenceAt tell where the change and its evidence are.
	changeAt, evidenceAt yamldoc.Place
	// failed tells that something other than the change is wrong.
	failed bool
}

func readReview(c *format.Contents, root yamldoc.Value) {
	name, at, spec := parts(root, "answers", "change", "held", "learned", "objective", "overspend", "report", "slo", "window")
	d := reviewDraft{sloAt: spec.Get("slo").Place(), objectiveAt: spec.Get("objective").Place(), changeAt: spec.Get("change").Place()}
	d.review = slo.Review{Name: name, Source: root.Place().Position}
	d.sloName = needText(spec, "slo", text("write the name of the SLO whose miss is reviewed"))
	d.objective = readTextOrNumber(spec.Get("objective"), "write the name of the objective that was missed")
	d.readMiss(spec)
	d.held = readDate(spec.Need("held", "write the day on which the review took place, such as 2026-10-05"))
	d.review.Answers = readAnswers(spec)
	d.review.Learned = needText(spec, "learned", text("write what was learned about the system"))
	d.review.Report = spec.Get("report").Match(urlForm)
	d.failed = spec.Report().Failed()
	d.readChange(spec)
	root.Report().PutAside()
	c.Entries = append(c.Entries, format.Entry{Kind: reviewKind, Name: name, At: at, Value: d, Failed: root.Report().Failed()})
}

// readMiss reads which miss the review is about.
func (d *reviewDraft) readMiss(spec yamldoc.Object) {
	name, v := spec.One("window", "overspend")
	d.missAt, d.overspend = v.Place(), name == "overspend"
	switch name {
	case "window":
		o := v.WithHint("write when the window started, such as {start: 2026-07-01}").Fields("end", "start")
		d.start = readDate(o.Need("start", "write when the window started, such as 2026-07-01"))
		d.end = readDate(o.Get("end"))
	case "overspend":
		o := v.WithHint("write from when no budget was left, such as {start: 2026-08-14T09:05:00Z}").Fields("start")
		d.start = readMoment(o.Need("start", "write from when no budget was left, such as 2026-08-14T09:05:00Z"))
	}
}

func readAnswers(spec yamldoc.Object) slo.Answers {
	var fields []string
	for _, q := range slo.Questions() {
		fields = append(fields, q.Field)
	}
	o := needObject(spec, "answers", "write a verdict and a note for each of target, dependencies, cadence and detection", slices.Sorted(slices.Values(fields))...)
	var answers slo.Answers
	for _, q := range slo.Questions() {
		*answers.Of(q.Field) = readAnswer(o, q)
	}
	return answers
}

func readAnswer(answers yamldoc.Object, q slo.Question) slo.Answer {
	const such = ", such as {verdict: no, note: It held for a year.}"
	o := answers.Need(q.Field, "answer the question: "+q.Text).WithHint("write a verdict and a note"+such).Fields("note", "verdict")
	verdict := o.Need("verdict", "answer the question with yes, partly or no: "+q.Text)
	a := slo.Answer{Note: needText(o, "note", text("write what led to the verdict"))}
	if i := verdict.Choice(slo.Verdicts()...); i >= 0 {
		a.Verdict = slo.Verdict(slo.Verdicts()[i])
	}
	return a
}

// readChange reads the one change of a review, which is left nil if it is missing or
// something is wrong with it.
func (d *reviewDraft) readChange(spec yamldoc.Object) {
	const one = "write the one change that is in place before the next budget is spent: kind, what and owner"
	v := spec.Need("change", one)
	switch {
	case v.IsList() && len(v.List()) > 1:
		v.Fail(fmt.Sprintf("has %d changes; a review has one", len(v.List())), "keep the one that matters most; track the others where you track work")
		return
	case v.IsList():
		v.Fail("is a list; a review has one change", "write its fields below change, without a dash")
		return
	}
	o := v.WithHint(one).Fields("done", "due", "evidence", "kind", "owner", "what")
	change := slo.Change{
		What:     needText(o, "what", text("write what changes in the system")),
		Owner:    needText(o, "owner", text("write which team makes the change")),
		Evidence: o.Get("evidence").Match(text("write what shows that the change is in place, such as a link")),
	}
	if i := o.Need("kind", "write test, alert, gate, deprecation or other").Choice(slo.ChangeKinds()...); i >= 0 {
		change.Kind = slo.ChangeKind(slo.ChangeKinds()[i])
	}
	d.due, d.done = readDate(o.Get("due")), readDate(o.Get("done"))
	if o.Get("done").Present() {
		o.Need("evidence", "write what shows that the change is in place, such as a link")
	}
	d.evidenceAt = o.Get("evidence").Place()
	if o.Present() && !o.Report().Failed() {
		d.review.Change = &change
	}
}

// missIn returns the miss as it is in a window.
func (d reviewDraft) missIn(w slo.Window) slo.MissID {
	m := slo.MissID{Start: d.start.in(zoneOf(w))}
	switch {
	case d.overspend:
	case !d.end.time.IsZero():
		m.End = d.end.in(zoneOf(w))
	default:
		_, m.End = w.At(m.Start.Add(time.Nanosecond))
	}
	return m
}
