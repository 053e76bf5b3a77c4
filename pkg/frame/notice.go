package frame

import (
	"fmt"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/accounts"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// notices are the sentences that a reader of the answer must know, each once:
// what is missing first, then what to be careful about.
func notices(entries []accounts.Entry, p Params) []data.Notice {
	var all []data.Notice
	add := func(severity data.NoticeSeverity, text string) {
		notice := data.Notice{Severity: severity, Text: text}
		if !slices.Contains(all, notice) {
			all = append(all, notice)
		}
	}
	for _, b := range p.Broken {
		add(data.NoticeSeverityError, "A definition is left out. "+b.subject().problem)
	}
	for _, e := range entries {
		noticesOf(e, p, add)
	}
	for _, text := range p.Notices {
		add(data.NoticeSeverityInfo, text)
	}
	slices.SortStableFunc(all, func(a, b data.Notice) int { return int(b.Severity) - int(a.Severity) })
	return all
}

// noticesOf tells about one account. What the server says of many accounts in
// the same words is told once, without their names.
func noticesOf(e accounts.Entry, p Params, add func(data.NoticeSeverity, string)) {
	name := subjectOf(e).name()
	switch {
	case e.Account == nil && e.Err != nil:
		add(data.NoticeSeverityError, fmt.Sprintf("%s has no data: %s", name, e.Err))
		return
	case e.Account == nil:
		add(data.NoticeSeverityError, name+" has no data")
		return
	case e.Err != nil:
		add(data.NoticeSeverityWarning, fmt.Sprintf("%s is as of %s: %s", name, clock(e.AsOf), e.Err))
	}
	if text := gaps(e, p); text != "" {
		add(data.NoticeSeverityWarning, name+" "+text)
	}
	for _, text := range e.Notices {
		add(data.NoticeSeverityWarning, text)
	}
}

// gaps says how much of the window was without data since the first data came.
func gaps(e accounts.Entry, p Params) string {
	coverage, ok := budget.Covered(e.Account, e.Terms(), p.now())
	switch {
	case !ok:
		return "has had no data at all in its window"
	case coverage < fullEnough:
		return fmt.Sprintf("had data for only %.0f %% of its window's time so far", 100*coverage)
	}
	return ""
}

// fullEnough is the coverage below which people are told.
const fullEnough = 0.95

func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 MST") }
