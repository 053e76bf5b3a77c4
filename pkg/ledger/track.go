package ledger

import (
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// track follows one series of a cumulative counter through time.
type track struct {
	target *target
	group  int
	// bad and total say how often an event of this series counts as each.
	bad, total float64

	// seen says that t and v, the last sample in milliseconds, are set.
	seen bool
	t    int64
	v    float64
	// present says that the series had a value at the last grid point.
	present bool
}

// target is what a scrape reads at once: all series of one job and instance.
// What happens to one of them tells about the others.
type target struct {
	number int
	// scraped is false if the series have no instance label; then nothing
	// is concluded from one series for another but that data flows.
	scraped bool
	// seen is the time of the last sample of any series, 0 if there is none.
	seen int64
	// restarted is the time of the first sample after the last restart.
	restarted int64
	// pace is the highest number of events a second so far.
	pace float64
}

// tracks holds all series of a plan's counters.
type tracks struct {
	groupBy []string
	bases   []base
	byKey   map[string]*track
	targets map[string]*target
	groups  *groups
	// numbered is how many targets there were.
	numbered int
}

// base is a counter that is asked for upstream, with the plan's terms that are
// all or some of its series.
type base struct {
	counter    promql.Counter
	bad, total []share
	// met says that it had a series.
	met bool
}

// share is a term of the plan as a part of a base.
type share struct {
	coefficient float64
	matchers    []*labels.Matcher
}

func newTracks(plan *promql.Plan, groups *groups) *tracks {
	t := &tracks{
		groupBy: plan.GroupBy,
		byKey:   map[string]*track{},
		targets: map[string]*target{},
		groups:  groups,
	}
	terms := append(append(promql.Sum{}, plan.Total...), plan.Bad...)
	for _, term := range terms {
		t.addBase(term)
	}
	for _, term := range plan.Bad {
		if i, s := t.place(term); s != nil {
			t.bases[i].bad = append(t.bases[i].bad, *s)
		}
	}
	for _, term := range plan.Total {
		if i, s := t.place(term); s != nil {
			t.bases[i].total = append(t.bases[i].total, *s)
		}
	}
	return t
}

// addBase makes the term's counter a base unless its series are already part
// of one, and drops the bases that are now part of it.
func (t *tracks) addBase(term promql.Term) {
	counter, ok := term.Source.(promql.Counter)
	if !ok {
		return
	}
	for _, b := range t.bases {
		if _, within := counter.Within(b.counter); within {
			return
		}
	}
	t.bases = append(slices.DeleteFunc(t.bases, func(b base) bool {
		_, within := b.counter.Within(counter)
		return within
	}), base{counter: counter})
}

func (t *tracks) place(term promql.Term) (int, *share) {
	counter, ok := term.Source.(promql.Counter)
	if !ok {
		return 0, nil
	}
	for i, b := range t.bases {
		if matchers, within := counter.Within(b.counter); within {
			return i, &share{term.Coefficient, matchers}
		}
	}
	return 0, nil
}

// of is the track of a series of base b. Series that differ only in the
// spelling of le are one.
func (t *tracks) of(b int, series upstream.Series) *track {
	t.bases[b].met = true
	key := identity(b, series.Labels)
	if tr, ok := t.byKey[key]; ok {
		return tr
	}
	tr := &track{
		target: t.targetOf(series.Labels),
		group:  t.groups.index(series.Labels, t.groupBy),
		bad:    coefficient(t.bases[b].bad, series.Labels),
		total:  coefficient(t.bases[b].total, series.Labels),
	}
	t.byKey[key] = tr
	return tr
}

func (t *tracks) targetOf(ls labels.Labels) *target {
	key := ls.Get("instance") + "\xff" + ls.Get("job")
	tg, ok := t.targets[key]
	if !ok {
		t.numbered++
		tg = &target{number: t.numbered, scraped: ls.Has("instance")}
		t.targets[key] = tg
	}
	return tg
}

// anew is t without any series. It shares the bases, so that they are met by
// whoever meets them.
func (t *tracks) anew() *tracks {
	c := *t
	c.byKey, c.targets, c.numbered = map[string]*track{}, map[string]*target{}, 0
	return &c
}

// clone is a deep copy: what is walked on it leaves t as it is.
func (t *tracks) clone() *tracks {
	c := *t
	c.byKey = make(map[string]*track, len(t.byKey))
	c.targets = make(map[string]*target, len(t.targets))
	moved := make(map[*target]*target, len(t.targets))
	for key, tg := range t.targets {
		copied := *tg
		c.targets[key], moved[tg] = &copied, &copied
	}
	for key, tr := range t.byKey {
		copied := *tr
		copied.target = moved[tr.target]
		c.byKey[key] = &copied
	}
	return &c
}

// forget drops the series and targets that were last seen before t, so that
// pods that come and go do not pile up.
func (t *tracks) forget(before int64) {
	for key, tr := range t.byKey {
		if tr.t < before {
			delete(t.byKey, key)
		}
	}
	for key, tg := range t.targets {
		if tg.seen < before {
			delete(t.targets, key)
		}
	}
}

func coefficient(shares []share, ls labels.Labels) float64 {
	sum := 0.0
	for _, s := range shares {
		if matches(s.matchers, ls) {
			sum += s.coefficient
		}
	}
	return sum
}

func matches(matchers []*labels.Matcher, ls labels.Labels) bool {
	for _, m := range matchers {
		if !m.Matches(ls.Get(m.Name)) {
			return false
		}
	}
	return true
}

func identity(b int, ls labels.Labels) string {
	var key strings.Builder
	key.WriteByte(byte(b))
	ls.Range(func(l labels.Label) {
		key.WriteString(l.Name)
		key.WriteByte('\xff')
		key.WriteString(canonical(l))
		key.WriteByte('\xff')
	})
	return key.String()
}

// canonical is the label's value, with le written in one way: 1 and 1.0 name
// the same bucket.
func canonical(l labels.Label) string {
	if l.Name != labels.BucketLabel {
		return l.Value
	}
	bound, err := strconv.ParseFloat(l.Value, 64)
	if err != nil {
		return l.Value
	}
	return strconv.FormatFloat(bound, 'g', -1, 64)
}
