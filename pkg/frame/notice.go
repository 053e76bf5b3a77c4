package frame

import (
	"fmt"
	"slices"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
)

// notices are the sentences that a reader of the answer must know, the gravest
// first. What is true of several SLOs is told once, with their names.
func notices(entries []budget.Entry, p Params) []data.Notice {
	var all remarks
	for _, b := range p.Broken {
		all.add(data.NoticeSeverityError, "A definition is left out ("+b.subject().problem+")", b.SLO)
	}
	for _, e := range entries {
		all.about(e, p)
	}
	for _, text := range p.Notices {
		all.add(data.NoticeSeverityInfo, text, "")
	}
	slices.SortStableFunc(all, func(a, b remark) int { return int(b.severity) - int(a.severity) })
	notices := make([]data.Notice, len(all))
	for i, r := range all {
		notices[i] = data.Notice{Severity: r.severity, Text: r.text()}
	}
	return notices
}

// remark is a notice in the making.
type remark struct {
	severity data.NoticeSeverity
	sentence string
	// names are those of whom it is about, if it names anybody.
	names []string
}

type remarks []remark

func (all *remarks) add(severity data.NoticeSeverity, sentence, name string) {
	i := slices.IndexFunc(*all, func(r remark) bool { return r.severity == severity && r.sentence == sentence })
	if i < 0 {
		i = len(*all)
		*all = append(*all, remark{severity: severity, sentence: sentence})
	}
	if name != "" {
		(*all)[i].names = append((*all)[i].names, name)
	}
}

// about tells about one account.
func (all *remarks) about(e budget.Entry, p Params) {
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
	for _, text := range e.Notices {
		all.add(data.NoticeSeverityWarning, text, "")
	}
}

// mostNames is how many SLOs a notice names.
const mostNames = 10

func (r remark) text() string {
	switch n := len(r.names); {
	case n == 0:
		return r.sentence
	case n > mostNames:
		return fmt.Sprintf("%s: %s and %d others", r.sentence, strings.Join(r.names[:mostNames], ", "), n-mostNames)
	}
	return r.sentence + ": " + strings.Join(r.names, ", ")
}
