package budget

import (
	"fmt"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/human"
)

const (
	// Coverage since the first data below which there is a notice.
	fullCoverage = 0.99
	// Share of the window that must have gone by before its first data for a
	// notice.
	lateShare = 0.03
)

// Notices returns sentences that a reader of the window in force must know: since
// when and for how much of it there is data, and impossible counts.
func (e *Evaluation) Notices() []string {
	if e.start.IsZero() {
		return nil
	}
	var all []string
	for _, text := range []string{e.gaps(), e.terms.ImpossibleCounts(e.account, e.start, e.now)} {
		if text != "" {
			all = append(all, text)
		}
	}
	return all
}

// gaps returns since when, and for how much of the window in force, there is data.
func (e *Evaluation) gaps() string {
	coverage, ok := e.coverage()
	since := e.lateStart()
	switch {
	case !ok:
		return "No data at all in the window so far"
	case coverage >= fullCoverage:
		return since
	case since == "":
		return fmt.Sprintf("Data for only %s of the window so far", human.Percent(coverage, 0))
	}
	return fmt.Sprintf("%s, and for only %s of that time", since, human.Percent(coverage, 0))
}

// coverage returns the share of the window in force, from its first data to now,
// for which there was data; ok is false if there was none.
func (e *Evaluation) coverage() (coverage float64, ok bool) {
	first, known := firstData(e.account)
	if !known || !first.Before(e.now) {
		return 0, false
	}
	coverage = read(e.account, later(e.start, first), e.fresh).Coverage
	return coverage, coverage > 0
}

// lateStart returns since when there is data, if it began well after the window
// in force. It is empty where the account was not filled from the window's start,
// since the start of the data is unknown then.
func (e *Evaluation) lateStart() string {
	first, ok := firstData(e.account)
	late, elapsed := first.Sub(e.start), e.now.Sub(e.start)
	if !ok || e.completeFrom.After(e.start) || late <= max(stepOf(e.account), time.Duration(lateShare*float64(elapsed))) {
		return ""
	}
	text := fmt.Sprintf("Data only since %s, for %s of the window's %s", human.Time(first), human.Duration(e.now.Sub(first)), human.Duration(elapsed))
	if e.end.After(e.now) {
		text += " so far"
	}
	return text
}
