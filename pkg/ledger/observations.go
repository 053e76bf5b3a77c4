package ledger

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger/counter"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// noteWarnings keeps the warnings that do not make an answer partial.
func (f *fetcher) noteWarnings(meta upstream.Meta) {
	if meta.Partial || !meta.Cut.IsZero() || len(meta.Warnings) == 0 {
		return // told with the steps that it is about
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, w := range meta.Warnings {
		f.warnings[w] = f.now()
	}
}

// currentWarnings returns the warnings that do not make answers partial, and the samples
// that were left out.
func (f *fetcher) currentWarnings() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	maps.DeleteFunc(f.warnings, func(_ string, at time.Time) bool { return f.now().Sub(at) > warningShown })
	all := slices.Sorted(maps.Keys(f.warnings))
	if text := f.invalid.notice(); text != "" {
		all = append(all, text)
	}
	return all
}

// warningShown is for how long a warning is told that is not given again.
const warningShown = 15 * time.Minute

// isInvalid reports whether a sample is no count, and notes it if so.
func (f *fetcher) isInvalid(ls labels.Labels, s upstream.Sample) bool {
	if counter.IsCount(s.V) {
		return false
	}
	f.noteInvalid(sampleID{ls.String(), s.T}, s.V)
	return true
}

func (f *fetcher) noteInvalid(one sampleID, v float64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.invalid.add(one, v)
}

// noteSeries notes that a base has series.
func (f *fetcher) noteSeries(base int, series []upstream.Series) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seen[base] = f.seen[base] || len(series) > 0
}

// hasSeries reports whether a base ever had a series.
func (f *fetcher) hasSeries(base int) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.seen[base]
}

// basesWithoutSeries returns the bases that never had a series.
func (f *fetcher) basesWithoutSeries() (all []base) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, b := range f.bases {
		if !f.seen[i] {
			all = append(all, b)
		}
	}
	return all
}

// noteLabels notes the labels of a base's series.
func (f *fetcher) noteLabels(base int, ls labels.Labels) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.names[base] == nil {
		f.names[base] = map[string]bool{}
	}
	ls.Range(func(l labels.Label) { f.names[base][l.Name] = true })
}

// unknownLabelNotices tells of each part of a base that selects by a label which none of the
// base's series has.
func (f *fetcher) unknownLabelNotices() (all []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, b := range f.bases {
		for _, s := range b.parts {
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
