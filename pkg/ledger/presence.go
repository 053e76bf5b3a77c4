package ledger

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/ledger/counter"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// series asks how many series of each source there are at first, first+step, …
// last, and adds them up. Sources without any count as none.
func (f *fetcher) series(ctx context.Context, first, last, step int64) (counts map[int64]int, heard said, err error) {
	counts = map[int64]int{}
	for _, expr := range f.presence() {
		series, meta, err := f.rows(ctx, expr, first, last, step)
		if err != nil {
			return nil, heard, err
		}
		heard.hear(meta)
		for _, s := range series {
			for _, sample := range s.Samples {
				counts[sample.T] += int(sample.V)
			}
		}
	}
	return counts, heard, nil
}

// increase asks for the server's own count of the events in (from, to].
func (f *fetcher) increase(ctx context.Context, from, to int64) (bad, total float64, err error) {
	sum := func(terms promql.Sum) (sum float64, err error) {
		for _, term := range terms {
			for a := from; a < to; {
				b := min(to, a+f.longestRange())
				series, _, err := f.instant(ctx, term.Source.Increase(milliseconds(b-a), nil), b)
				if err != nil {
					return 0, err
				}
				for _, s := range series {
					for _, sample := range s.Samples {
						if counter.Counts(math.Abs(sample.V)) {
							sum += term.Coefficient * sample.V
						}
					}
				}
				a = b
			}
		}
		return sum, nil
	}
	if bad, err = sum(f.plan.Bad); err != nil {
		return 0, 0, err
	}
	total, err = sum(f.plan.Total)
	return bad, total, err
}

// limited is a Querier that bounds the ranges in expressions.
type limited interface {
	// MaxRange returns the longest, 0 if there is no limit.
	MaxRange() time.Duration
}

// longestRange returns the longest range that an expression may have, in
// milliseconds.
func (f *fetcher) longestRange() int64 {
	if q, ok := f.q.(limited); ok && q.MaxRange() > 0 {
		return max(time.Minute, q.MaxRange()).Milliseconds()
	}
	return math.MaxInt64 / 4
}

// any asks whether any source has anything in (from, to].
func (f *fetcher) any(ctx context.Context, from, to int64) (bool, error) {
	length := min(day, f.longestRange())
	for _, expr := range f.existence(milliseconds(length)) {
		series, meta, err := f.rows(ctx, expr, from+length, ceil(to-from, length)+from, length)
		if err != nil || len(series) > 0 || meta.Partial {
			return true, err
		}
	}
	return false, nil
}

// existence returns expressions that count the series of each source in a time.
func (f *fetcher) existence(d time.Duration) (all []string) {
	for _, b := range f.bases {
		all = append(all, b.counter.Existence(d))
	}
	for _, t := range f.direct {
		all = append(all, t.source.Existence(d))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// presence returns expressions that count the series of each source.
func (f *fetcher) presence() (all []string) {
	for _, b := range f.bases {
		all = append(all, b.counter.Presence())
	}
	for _, d := range f.direct {
		all = append(all, d.source.Presence())
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// meet notes that a base has series.
func (f *fetcher) meet(base int, series []upstream.Series) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.met[base] = f.met[base] || len(series) > 0
}

// learn notes the labels of a base's series.
func (f *fetcher) learn(base int, ls labels.Labels) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.names[base] == nil {
		f.names[base] = map[string]bool{}
	}
	ls.Range(func(l labels.Label) { f.names[base][l.Name] = true })
}

// strangers returns, for each part of a base that selects by a label which none of
// the base's series has, the label and the base's series.
func (f *fetcher) strangers() (all []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, b := range f.bases {
		for _, s := range slices.Concat(b.bad, b.total) {
			for _, m := range s.matchers {
				if f.names[i] != nil && !f.names[i][m.Name] && !m.Matches("") {
					all = append(all, fmt.Sprintf("No series of %s has the label %s: what %s selects is counted as no events", b.counter.Curve(), m.Name, m))
				}
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// unmet returns the bases that never had a series.
func (f *fetcher) unmet() (all []base) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, b := range f.bases {
		if !f.met[i] {
			all = append(all, b)
		}
	}
	return all
}

// look asks which of the bases that were not met have series now.
func (f *fetcher) look(ctx context.Context, now int64) error {
	for i, b := range f.bases {
		if f.met[i] {
			continue
		}
		series, _, err := f.instant(ctx, fmt.Sprintf("count(%s)", b.counter.Curve()), now)
		if err != nil {
			return err
		}
		f.meet(i, series)
	}
	return nil
}
