package ledger

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/ledger/counter"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// observations collects what answers showed beside events. It is safe for
// concurrent use.
type observations struct {
	bases []base
	now   func() time.Time

	mu sync.Mutex
	// hasSeries says of each base whether it ever had a series, and labels which
	// label names these have.
	hasSeries []bool
	labels    []map[string]bool
	// warnings maps those that do not make answers partial to the time at which
	// the server last gave them.
	warnings map[string]time.Time
	invalid  invalidSamples
}

func newObservations(bases []base, now func() time.Time) *observations {
	return &observations{
		bases: bases, now: now,
		hasSeries: make([]bool, len(bases)), labels: make([]map[string]bool, len(bases)),
		warnings: map[string]time.Time{},
	}
}

// warningShown is how long a warning is shown that the server does not repeat.
const warningShown = 15 * time.Minute

// addWarnings keeps the warnings that do not make an answer partial.
func (o *observations) addWarnings(meta upstream.Meta) {
	if meta.Partial || !meta.Cut.IsZero() || len(meta.Warnings) == 0 {
		return // the account shows these, with the steps that they are about
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, w := range meta.Warnings {
		o.warnings[w] = o.now()
	}
}

// addInvalid notes a sample that cannot be a count.
func (o *observations) addInvalid(id sampleID, v float64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.invalid.add(id, v)
}

// isInvalid reports whether a sample cannot be a count, and notes it if so.
func (o *observations) isInvalid(ls labels.Labels, s upstream.Sample) bool {
	if counter.IsCount(s.V) {
		return false
	}
	o.addInvalid(sampleID{ls.String(), s.T}, s.V)
	return true
}

// notices returns the server's warnings and a notice of invalid samples.
func (o *observations) notices() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	maps.DeleteFunc(o.warnings, func(_ string, at time.Time) bool { return o.now().Sub(at) > warningShown })
	all := slices.Sorted(maps.Keys(o.warnings))
	if text := o.invalid.notice(); text != "" {
		all = append(all, text)
	}
	return all
}

// addSeries notes that a base has series.
func (o *observations) addSeries(base int, series []upstream.Series) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.hasSeries[base] = o.hasSeries[base] || len(series) > 0
}

// isEmpty reports whether a base never had a series.
func (o *observations) isEmpty(base int) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return !o.hasSeries[base]
}

// emptyBases returns the bases that never had a series.
func (o *observations) emptyBases() (all []base) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i, b := range o.bases {
		if !o.hasSeries[i] {
			all = append(all, b)
		}
	}
	return all
}

// addLabels notes the label names of a base's series.
func (o *observations) addLabels(base int, ls labels.Labels) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.labels[base] == nil {
		o.labels[base] = map[string]bool{}
	}
	ls.Range(func(l labels.Label) { o.labels[base][l.Name] = true })
}

// unknownLabelNotices returns a notice of each matcher whose label none of the
// base's series has.
func (o *observations) unknownLabelNotices() (all []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i, b := range o.bases {
		for _, p := range b.parts {
			for _, m := range p.matchers {
				if o.labels[i] != nil && !o.labels[i][m.Name] && !m.Matches("") {
					all = append(all, fmt.Sprintf("No series of %s has the label %s: what %s selects counts no events", b.counter.Curve(), m.Name, m))
				}
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
