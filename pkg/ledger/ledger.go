// Package ledger keeps the account of good and bad events: for each SLO and
// label set the cumulative count of total and bad events over time. It asks the
// server for each stretch of time once, seals what is finished, and asks again
// only for the open tail.
package ledger

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// DefaultStep is the distance of the ledger's knots, unless time slices set it.
const DefaultStep = 5 * time.Minute

// Options of a ledger. The zero value of each field stands for its default.
type Options struct {
	// Settle is how long the newest steps stay open for late samples; 10
	// minutes by default.
	Settle time.Duration
	// Fresh is for how long a fetched tail is not fetched again; 5 seconds
	// by default.
	Fresh time.Duration
	// Method and Slices are those of the SLO and its objective.
	Method slo.Method
	Slices *slo.Slices
	// Records knows of which plans the server has recorded series, which
	// are read instead of the plan's own where they tell all; without it
	// they never are.
	Records *Records
	// Now is the clock; time.Now by default.
	Now func() time.Time
	// Progress is told how many of a fill's steps are done, if set.
	Progress func(done, all int)
}

func (o Options) withDefaults() Options {
	if o.Settle == 0 {
		o.Settle = 10 * time.Minute
	}
	if o.Fresh == 0 {
		o.Fresh = 5 * time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Progress == nil {
		o.Progress = func(int, int) {}
	}
	return o
}

// Ledger is the account of one plan. It may be used by many at the same time:
// they share what is being fetched.
type Ledger struct {
	plan        *promql.Plan
	fingerprint string // of the plan
	opts        Options
	fetch       *fetcher
	step        int64 // distance of knots
	grid        int64 // distance of the points that are asked for; divides step

	// turn is held by whoever fills; the fields below are its.
	turn   chan struct{}
	groups *groups
	// book is nil until the first fill.
	book *book
	// tracks are at the grid point tracked, which is the book's end unless
	// that was filled from records.
	tracks  *tracks
	tracked int64
	// looked says that all bases that have series were met.
	looked  bool
	edges   []map[int64]run // by group
	late    []run           // by group
	tail    []run           // by group
	fetched time.Time
}

// Snapshot is the ledger at a time. It never changes.
type Snapshot struct {
	// Groups has one element for each label set, and one that is empty if
	// there was no data.
	Groups []Group
	// AsOf is up to when the account is filled.
	AsOf time.Time
	// Notices are sentences that a reader of the numbers must know.
	Notices []string
}

// Group is the account of one label set.
type Group struct {
	Labels labels.Labels
	Curve  *Curve
}

// New makes an empty ledger. It asks nothing yet.
func New(q Querier, plan *promql.Plan, opts Options) *Ledger {
	l := &Ledger{
		plan:        plan,
		fingerprint: plan.Fingerprint(),
		opts:        opts.withDefaults(),
		step:        DefaultStep.Milliseconds(),
		turn:        make(chan struct{}, 1),
		groups:      newGroups(),
	}
	if opts.Slices != nil {
		l.step = opts.Slices.Length.Milliseconds()
	}
	l.grid = gridFor(l.step)
	if len(plan.GroupBy) == 0 {
		l.groups.index(labels.EmptyLabels(), nil)
	}
	l.tracks = newTracks(plan, l.groups)
	l.fetch = newFetcher(q, plan, l.tracks.bases)
	return l
}

// gridFor is the longest of 5 minutes and 1 minute that divides the step, or
// the step itself if neither does.
func gridFor(step int64) int64 {
	for _, g := range []time.Duration{DefaultStep, time.Minute} {
		if step%g.Milliseconds() == 0 {
			return g.Milliseconds()
		}
	}
	return step
}

// Fill makes sure that the ledger is filled between from and to, or to the
// present if to is later, and gives it as it is then. Callers that ask at the
// same time share the work. If the server fails, the error comes with the last
// snapshot, which is nil if there is none.
func (l *Ledger) Fill(ctx context.Context, from, to time.Time) (*Snapshot, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	err := l.fill(ctx, from.UnixMilli(), to.UnixMilli())
	if missing := l.missingBucket(); missing != nil {
		return nil, missing
	}
	return l.snapshot(), err
}

func (l *Ledger) fill(ctx context.Context, from, to int64) error {
	now := l.opts.Now().UnixMilli()
	to = min(to, now)
	limit := floor(now-l.opts.Settle.Milliseconds(), l.step)
	hi := min(ceil(to, l.step), limit)
	lo := min(floor(from, l.step), hi-ceil(leadIn.Milliseconds(), l.step))
	if err := l.seal(ctx, lo, hi, limit); err != nil {
		return err
	}
	if to > l.book.last {
		if err := l.refresh(ctx, now, limit); err != nil {
			return err
		}
	}
	return l.sharpen(ctx, from, to)
}

// seal fills [lo, hi] as far as it is not; a few steps at the end are left to
// be sealed from the tail. What is before limit can be sealed.
func (l *Ledger) seal(ctx context.Context, lo, hi, limit int64) error {
	if l.book == nil || l.book.empty() {
		l.book = book{groups: l.groups, method: l.opts.Method, rule: l.opts.Slices, step: l.step}.open(lo)
	}
	p := &progress{report: l.opts.Progress, all: int((max(0, l.book.first-lo) + max(0, hi-l.book.last)) / l.grid)}
	if lo < l.book.first {
		if err := l.extendBack(ctx, lo, p); err != nil {
			return err
		}
	}
	if hi > l.book.last && (l.book.empty() || limit-l.book.last > spanSteps*l.grid) {
		return l.extend(ctx, hi, p)
	}
	return nil
}

func (l *Ledger) snapshot() *Snapshot {
	if l.book == nil || l.book.empty() {
		return nil
	}
	l.book.grow()
	s := &Snapshot{AsOf: at(l.book.last), Notices: l.notices()}
	for i, ls := range l.groups.labels {
		c := l.curve(i)
		s.Groups = append(s.Groups, Group{ls, c})
		s.AsOf = at(c.tail.last)
	}
	if len(s.Groups) == 0 {
		s.Groups = []Group{{labels.EmptyLabels(), l.book.blank()}}
	}
	return s
}

func (l *Ledger) curve(group int) *Curve {
	c := &Curve{sealed: l.book.runs[group], tail: newRun(l.book.last, l.step)}
	if group < len(l.edges) {
		c.edges = l.edges[group]
	}
	if group < len(l.late) {
		c.late = l.late[group]
	}
	if group < len(l.tail) && l.tail[group].first == l.book.last {
		c.tail = l.tail[group]
	}
	if c.since = c.sealed.since(); c.since == 0 {
		c.since = c.tail.since()
	}
	return c
}

// notices are what the server said beside its answers, and what the numbers
// leave open.
func (l *Ledger) notices() []string {
	all := l.fetch.said()
	if l.plan.Estimate != "" {
		all = append(all, l.plan.Estimate)
	}
	if l.counted() {
		for _, b := range l.unmet() {
			all = append(all, fmt.Sprintf("No series match %s: its events are counted as none", b.counter.Curve()))
		}
	}
	return all
}

// missingBucket is an error if a bucket that the plan needs does not exist in
// its histogram: counting it as empty would make all events good, or all bad.
func (l *Ledger) missingBucket() error {
	if !l.counted() {
		return nil
	}
	for _, b := range l.unmet() {
		if b.counter.Bucket() {
			return fmt.Errorf("the histogram has no bucket %s; write a bound that is one of its buckets", b.counter.Curve())
		}
	}
	return nil
}

// unmet are the bases that never had a series, as far as is known: where there
// are records of bad events, some series had them.
func (l *Ledger) unmet() []base {
	bad := l.looked && l.any(func(k knot) bool { return k.bad > 0 })
	return slices.DeleteFunc(slices.Clone(l.tracks.bases), func(b base) bool {
		return b.met || bad && !b.counter.Bucket()
	})
}

// meet asks which of the bases that were not met have series now.
func (l *Ledger) meet(ctx context.Context) error {
	for i, b := range l.tracks.bases {
		if b.met {
			continue
		}
		series, err := l.fetch.instant(ctx, fmt.Sprintf("count(%s)", b.counter.Curve()), l.opts.Now().UnixMilli())
		if err != nil {
			return err
		}
		l.tracks.bases[i].met = len(series) > 0
	}
	return nil
}

// counted says whether there were any events at all.
func (l *Ledger) counted() bool { return l.any(func(k knot) bool { return k.total > 0 }) }

// any says whether something holds for all that is sealed of some group.
func (l *Ledger) any(holds func(knot) bool) bool {
	return l.book != nil && slices.ContainsFunc(l.book.runs, func(r run) bool { return holds(r.at(r.last)) })
}

// progress counts the steps of a fill.
type progress struct {
	report    func(done, all int)
	done, all int
}

func (p *progress) add(steps int) {
	p.done += steps
	p.report(p.done, p.all)
}
