package frame

import (
	"fmt"
	"slices"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
)

// notices returns the sentences that a reader of the answer must know, the
// gravest first. What is true of several SLOs is said once, with their names.
func notices(living, ended []budget.Entry, p Params) []data.Notice {
	var all noticeList
	for _, b := range p.Broken {
		all.add(data.NoticeSeverityError, "A definition is left out ("+b.subject().problem+")", b.SLO)
	}
	for _, e := range living {
		all.about(e, p)
	}
	for _, e := range ended { // their gaps are no news
		all.aboutCounts(e, p)
	}
	for _, text := range p.Notices {
		all.add(data.NoticeSeverityInfo, text, "")
	}
	slices.SortStableFunc(all, func(a, b noticeDraft) int { return int(b.severity) - int(a.severity) })
	notices := make([]data.Notice, len(all))
	for i, r := range all {
		notices[i] = data.Notice{Severity: r.severity, Text: r.text()}
	}
	return notices
}

// noticeDraft collects the SLOs that a notice is about.
type noticeDraft struct {
	severity data.NoticeSeverity
	sentence string
	// Names of the SLOs that it is about, if it names any.
	names []string
}

type noticeList []noticeDraft

func (all *noticeList) add(severity data.NoticeSeverity, sentence, name string) {
	i := slices.IndexFunc(*all, func(r noticeDraft) bool { return r.severity == severity && r.sentence == sentence })
	if i < 0 {
		i = len(*all)
		*all = append(*all, noticeDraft{severity: severity, sentence: sentence})
	}
	if name != "" {
		(*all)[i].names = append((*all)[i].names, name)
	}
}

// about adds what a reader of one account must know.
func (all *noticeList) about(e budget.Entry, p Params) {
	name := subjectOf(e).name()
	switch {
	case e.Account == nil && e.Err != nil:
		all.add(data.NoticeSeverityError, fmt.Sprintf("No data (%s)", e.Err), name)
		return
	case e.Account == nil:
		all.add(data.NoticeSeverityError, "No data", name)
		return
	case e.Err != nil:
		all.add(data.NoticeSeverityWarning, fmt.Sprintf("Incomplete or out of date, as of %s (%s)", human.Time(e.AsOf), e.Err), name)
	}
	for _, text := range p.evaluate(e).Notices() {
		all.add(data.NoticeSeverityWarning, text, name)
	}
	all.addTexts(e)
}

// aboutCounts adds what a reader of an account's past must know.
func (all *noticeList) aboutCounts(e budget.Entry, p Params) {
	if text := p.evaluate(e).Impossible(); text != "" {
		all.add(data.NoticeSeverityWarning, text, subjectOf(e).name())
	}
	all.addTexts(e)
}

// addTexts adds the entry's own notices.
func (all *noticeList) addTexts(e budget.Entry) {
	for _, text := range e.Notices {
		all.add(data.NoticeSeverityWarning, text, "")
	}
}

// maxNames bounds how many SLOs a notice names.
const maxNames = 10

func (r noticeDraft) text() string {
	if len(r.names) == 0 {
		return r.sentence
	}
	return r.sentence + ": " + human.List(r.names, maxNames)
}
