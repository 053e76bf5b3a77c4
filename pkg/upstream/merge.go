package upstream

import (
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/labels"
)

// merge returns the answers for consecutive parts of a range as one.
func merge(parts ...answer) answer {
	var whole answer
	places := make(map[string]int)
	for _, part := range parts {
		for _, s := range part.series {
			key := string(s.Labels.Bytes(nil))
			place, known := places[key]
			if !known {
				place = len(whole.series)
				places[key] = place
				whole.series = append(whole.series, Series{Labels: s.Labels})
			}
			whole.series[place].Samples = append(whole.series[place].Samples, s.Samples...)
		}
		whole.meta = whole.meta.and(part.meta)
	}
	sortSeries(whole.series)
	return whole
}

// and returns what the server said about either answer, each sentence once.
func (m Meta) and(other Meta) Meta {
	return Meta{
		Warnings: union(m.Warnings, other.Warnings),
		Infos:    union(m.Infos, other.Infos),
		Partial:  m.Partial || other.Partial,
		Cut:      later(m.Cut, other.Cut),
		Stats: Stats{
			Samples:     m.Stats.Samples + other.Stats.Samples,
			PeakSamples: max(m.Stats.PeakSamples, other.Stats.PeakSamples),
		},
	}
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

func union(a, b []string) []string {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}

func sortSeries(series []Series) {
	slices.SortStableFunc(series, func(a, b Series) int { return labels.Compare(a.Labels, b.Labels) })
}
