package ledger

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger/counter"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// countSeries asks how many series of each source there are at first, first+step, …
// last, and adds them up. Sources without any count as none.
func (f *fetcher) countSeries(ctx context.Context, first, last, step int64) (present map[int64]int, heard said, err error) {
	present = map[int64]int{}
	for _, expr := range f.ofSources(countable.Presence) {
		series, meta, err := f.rows(ctx, expr, first, last, step)
		if err != nil {
			return nil, heard, err
		}
		heard.hear(meta)
		for _, s := range series {
			for _, sample := range s.Samples {
				present[sample.T] += int(sample.V)
			}
		}
	}
	return present, heard, nil
}

// increase asks for the server's own count of the events in (from, to].
func (f *fetcher) increase(ctx context.Context, from, to int64) (sum knot, err error) {
	for _, t := range f.terms {
		for a := from; a < to; a += f.longestRange() {
			b := min(to, a+f.longestRange())
			series, _, err := f.instant(ctx, t.source.Increase(milliseconds(b-a), nil), b)
			if err != nil {
				return knot{}, err
			}
			for _, s := range series {
				for _, sample := range s.Samples {
					if counter.IsCount(math.Abs(sample.V)) {
						sum = sum.plus(t.times(sample.V))
					}
				}
			}
		}
	}
	return sum, nil
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

// exists asks whether any source has anything in (from, to].
func (f *fetcher) exists(ctx context.Context, from, to int64) (bool, error) {
	length := min(day, f.longestRange())
	for _, expr := range f.ofSources(func(s countable) string { return s.Existence(milliseconds(length)) }) {
		series, meta, err := f.rows(ctx, expr, from+length, ceil(to-from, length)+from, length)
		if err != nil || len(series) > 0 || meta.Partial {
			return true, err
		}
	}
	return false, nil
}

// countable is a source whose series can be counted.
type countable interface {
	Presence() string
	Existence(d time.Duration) string
}

// ofSources returns what is to be asked of each source, each once.
func (f *fetcher) ofSources(expr func(countable) string) (all []string) {
	for _, b := range f.bases {
		all = append(all, expr(b.counter))
	}
	for _, d := range f.direct {
		all = append(all, expr(d.source))
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

// hasMet reports whether a base ever had a series.
func (f *fetcher) hasMet(base int) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.met[base]
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

// strangers tells of each part of a base that selects by a label which none of the
// base's series has.
func (f *fetcher) strangers() (all []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, b := range f.bases {
		for _, s := range b.shares {
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
		if f.hasMet(i) {
			continue
		}
		series, _, err := f.instant(ctx, b.counter.Presence(), now)
		if err != nil {
			return err
		}
		f.meet(i, series)
	}
	return nil
}
