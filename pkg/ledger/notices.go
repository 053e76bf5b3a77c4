package ledger

import (
	"fmt"
	"slices"
	"strings"
)

// notices returns what the server said beside its answers, and what the numbers
// leave open. Answers are partial in the provisional windows. docs/ledger.md
// explains each notice.
func (l *Ledger) notices(provisional []window) []string {
	all := l.fetch.seen.notices()
	all = append(all, l.account.notices(provisional, l.now())...)
	all = append(all, l.maintenance.check.notices()...)
	all = append(all, l.rejectionNotices()...)
	if skew := clockSkewOf(l.fetch.q); skew != 0 {
		all = append(all, clockSkewNotice(skew))
	}
	if l.plan.Estimate != "" {
		all = append(all, l.plan.Estimate)
	}
	if l.plan.EveryMinute() && !l.account.hasEvents() {
		all = append(all, "No events in any minute: series that are scraped less often than every 5 minutes cannot be counted every minute")
	}
	all = append(all, l.fetch.seen.unknownLabelNotices()...)
	if l.earliest != 0 {
		all = append(all, fmt.Sprintf("The server has no data for this SLO before %s, so it was asked for nothing earlier", formatTime(l.earliest)))
	}
	return append(all, l.emptyBaseNotices()...)
}

// notices returns those of partial answers, retention, corrections and downsampled
// data.
func (a *account) notices(provisional []window, now int64) (all []string) {
	if n := len(provisional); n > 0 {
		warnings := a.partialWarnings
		if a.open != nil && a.open.isPartial() {
			warnings = a.open.partial
		}
		all = append(all, fmt.Sprintf("The numbers from %s to %s rest on partial answers of the server, which is asked again%s",
			formatTime(provisional[0].first), formatTime(provisional[n-1].last), quoteWarnings(warnings)))
	}
	if a.retainedFrom != 0 {
		all = append(all, fmt.Sprintf("The server no longer has data before %s, because of its retention or its limit on how far back queries look", formatTime(a.retainedFrom)))
	}
	for _, c := range a.corrections {
		if now-c.at < correctionShown {
			all = append(all, c.String())
		}
	}
	return append(all, a.downsampledNotices()...)
}

// quoteWarnings returns up to three distinct warnings in brackets, empty for none.
func quoteWarnings(warnings []string) string {
	if len(warnings) == 0 {
		return ""
	}
	distinct := slices.Compact(slices.Sorted(slices.Values(warnings)))
	return " (" + strings.Join(distinct[:min(3, len(distinct))], "; ") + ")"
}

// rejectionNotices returns a notice of the last counter whose first value was
// rejected.
func (l *Ledger) rejectionNotices() []string {
	all := l.sources.own.tracker.Rejections
	if len(all) == 0 {
		return nil
	}
	last := all[len(all)-1]
	return []string{fmt.Sprintf("A counter that appeared at %g, more than it can have counted since its target was last seen, was not taken for a new one: %s at %s",
		last.V, last.Labels, formatTime(last.T))}
}

// emptyBaseNotices returns a notice of each counter that never had a series.
func (l *Ledger) emptyBaseNotices() (all []string) {
	for _, b := range l.emptyBases() {
		if l.account.hasEvents() {
			all = append(all, fmt.Sprintf("No series match %s, so it counts no events", b.counter.Curve()))
		} else {
			all = append(all, fmt.Sprintf("No series match %s: check its name and labels, and the tenant if the server has tenants", b.counter.Curve()))
		}
	}
	return all
}

// emptyBases returns the counters that never had a series, as far as is known:
// where there are records of bad events, some series had them.
func (l *Ledger) emptyBases() []base {
	bad := l.sources.records.probed && l.account.anyGroup(func(c count) bool { return c.bad > 0 })
	return slices.DeleteFunc(l.fetch.seen.emptyBases(), func(b base) bool { return bad && !b.counter.Bucket() })
}

// missingBucket returns an error if a bucket that the plan needs does not exist
// in its histogram: counting it as empty would make all events good, or all bad.
func (l *Ledger) missingBucket() error {
	if !l.account.hasEvents() {
		return nil
	}
	for _, b := range l.emptyBases() {
		if b.counter.Bucket() {
			return fmt.Errorf("the histogram has no bucket %s; write a bound that is one of its buckets", b.counter.Curve())
		}
	}
	return nil
}
