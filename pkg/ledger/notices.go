package ledger

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// notices returns what the server said beside its answers, and what the numbers
// leave open.
func (l *Ledger) notices(provisional []window) []string {
	all := slices.Concat(l.fetch.currentWarnings(), l.remarks.told(l.now(), provisional, l.partialWarnings()))
	all = append(all, l.downsampledNotices()...)
	all = append(all, l.maintenance.check.notices()...)
	all = append(all, l.rejectionNotices()...)
	if skew := clockSkewOf(l.fetch.q); skew != 0 {
		all = append(all, clockSkewNotice(skew))
	}
	if l.plan.Estimate != "" {
		all = append(all, l.plan.Estimate)
	}
	all = append(all, l.fetch.unknownLabelNotices()...)
	if l.earliest != 0 {
		all = append(all, fmt.Sprintf("The server has nothing of this before %s, so it was not asked about more", clock(l.earliest)))
	}
	for _, b := range l.basesWithoutSeries() {
		if l.hasEvents() {
			all = append(all, fmt.Sprintf("No series match %s: its events are counted as none", b.counter.Curve()))
		} else {
			all = append(all, fmt.Sprintf("No series match %s: check its name and labels, and the tenant if the server has tenants", b.counter.Curve()))
		}
	}
	return all
}

// partialWarnings returns those of the partial answer that was the last.
func (l *Ledger) partialWarnings() []string {
	if l.open != nil && l.open.isPartial() {
		return l.open.partial
	}
	return l.remarks.partial
}

// remarks are what a reader of the numbers must know beside them.
type remarks struct {
	// partial are the warnings of the last partial answer.
	partial []string
	// cut is up to when the server says that it has no data any more.
	cut int64
	// changes are the corrections of what was sealed, the latest last.
	changes []correction
}

// hear notes what came with a sheet.
func (r *remarks) hear(s *batch) {
	if s.isPartial() {
		r.partial = s.partial
	}
	r.cut = max(r.cut, s.cutAt)
}

func (r *remarks) change(c correction) {
	if r.changes = append(r.changes, c); len(r.changes) > maxCorrections {
		r.changes = slices.Clone(r.changes[1:])
	}
}

func (r *remarks) told(now int64, provisional []window, warnings []string) (all []string) {
	if len(provisional) > 0 {
		all = append(all, fmt.Sprintf("The numbers from %s to %s rest on partial answers of the server, and are asked for again%s",
			clock(provisional[0].first), clock(provisional[len(provisional)-1].last), quoteWarnings(warnings)))
	}
	if r.cut != 0 {
		all = append(all, fmt.Sprintf("The server has no data before %s any more, by its retention or its limit on how far back queries look", clock(r.cut)))
	}
	for _, c := range r.changes {
		if now-c.at < correctionShown {
			all = append(all, c.String())
		}
	}
	return all
}

// correction is a correction of sealed steps.
type correction struct {
	window
	// at is when it was made.
	at            int64
	before, after count
	// reason is why, after "because".
	reason string
}

const (
	// correctionShown is for how long a correction is told, and mostChanges how
	// many are kept.
	correctionShown = int64(24 * time.Hour / time.Millisecond)
	maxCorrections  = 20
)

// quoteWarnings quotes warnings, each once.
func quoteWarnings(warnings []string) string {
	if len(warnings) == 0 {
		return ""
	}
	distinct := slices.Compact(slices.Sorted(slices.Values(warnings)))
	return " (" + strings.Join(distinct[:min(3, len(distinct))], "; ") + ")"
}

func (c correction) String() string {
	if c.after.covered = c.before.covered; !differs(c.before, c.after) {
		return fmt.Sprintf("From %s to %s the %s bad of %s events were at other times than counted before, because %s",
			clock(c.first), clock(c.last), events(c.after.bad), events(c.after.total), c.reason)
	}
	return fmt.Sprintf("From %s to %s there are %s bad of %s events, where there were %s of %s, because %s",
		clock(c.first), clock(c.last), events(c.after.bad), events(c.after.total), events(c.before.bad), events(c.before.total), c.reason)
}

// events writes a number of events.
func events(n float64) string { return fmt.Sprintf("%.6g", n) }

// rejectionNotices tells of counters that appeared at values that were not believed.
func (l *Ledger) rejectionNotices() []string {
	all := l.series.tracker.Rejections
	if len(all) == 0 {
		return nil
	}
	d := all[len(all)-1]
	return []string{fmt.Sprintf("A counter that appeared at %g, more than it can have counted since its target was last seen, was taken for an old one: %s at %s",
		d.V, d.Labels, clock(d.T))}
}
