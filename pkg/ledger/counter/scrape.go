package counter

import (
	"cmp"
	"iter"
	"slices"
)

// scrape holds what an instance shows at one time, before the tracks take it in.
// What is found for one of its samples is kept for others for which it holds too,
// so that a restart of thousands of series does not take quadratic time.
type scrape struct {
	tracker  *Tracker
	samples  []Sample
	verdicts map[question]verdict
	gone     map[*kin][]*Track

	// longRunning says that what is new was running long before: some counter has
	// much more than all of them grow by.
	longRunning bool
	// known says that the kin of some of its tracks were known.
	known bool
	// oversized holds, by kin, the new series that have much more than they grow
	// by.
	oversized map[*kin]seriesSet
}

// question identifies the samples about whose restart witnesses say the same.
type question struct {
	// of holds the witnesses; nil means the whole scrape.
	of             *kin
	t, last, began int64
	underWay       bool
}

// seriesSet holds one track, and whether there are any of other series.
type seriesSet struct {
	track  *Track
	others bool
}

func (f seriesSet) add(tr *Track) seriesSet {
	return seriesSet{tr, f.others || f.track != nil && f.track.key != tr.key}
}

// hasOtherThan reports whether the set has a track of another series than tr's.
func (f seriesSet) hasOtherThan(tr *Track) bool {
	return f.others || f.track != nil && f.track.key != tr.key
}

func newScrape(k *Tracker, samples []Sample) *scrape {
	s := &scrape{tracker: k, samples: samples}
	value, next := 0.0, 0.0
	for i := range samples {
		p := &samples[i]
		switch tr := p.Track; {
		case tr.seen:
			s.known = s.known || tr.kin.isKnown(p.T)
		default:
			if tr.kin.first == 0 {
				value, next = max(value, p.V), next+p.Next
			}
			if p.V > surplus*(1+p.Next) {
				s.addOversized(tr)
			}
		}
	}
	s.longRunning = value > surplus*(1+next)
	return s
}

func (s *scrape) addOversized(tr *Track) {
	if s.oversized == nil {
		s.oversized = map[*kin]seriesSet{}
	}
	s.oversized[tr.kin] = s.oversized[tr.kin].add(tr)
}

func (s *scrape) tracks() iter.Seq[*Track] {
	return func(yield func(*Track) bool) {
		for i := range s.samples {
			if !yield(s.samples[i].Track) {
				return
			}
		}
	}
}

// goneTracks returns those of the kin, or of the instance if of is nil, that were
// there until now and are not seen again, the greatest first.
func (s *scrape) goneTracks(of *kin) []*Track {
	gone, ok := s.gone[of]
	if ok {
		return gone
	}
	if of == nil {
		for _, each := range s.samples[0].Track.instance.kin {
			gone = append(gone, s.goneTracks(each)...)
		}
	} else {
		gone = s.leavingKin(of)
	}
	slices.SortFunc(gone, func(a, b *Track) int { return cmp.Compare(b.v, a.v) })
	if s.gone == nil {
		s.gone = map[*kin][]*Track{}
	}
	s.gone[of] = gone
	return gone
}

func (s *scrape) leavingKin(of *kin) (gone []*Track) {
	now := s.samples[0].T
	for _, tr := range of.tracks {
		if tr.seen && tr.scrape != tr.instance.scrape && tr.final <= tr.t && now-tr.t < lookback && tr.v >= underWay {
			gone = append(gone, tr)
		}
	}
	return gone
}
