package counter

import (
	"cmp"
	"iter"
	"slices"
)

// scrape is what an instance shows at one time, before the tracks take it in. It
// remembers what was found out for one of its samples and holds for others, so
// that a restart of thousands of series takes no time that is square in them.
type scrape struct {
	tracker  *Tracker
	samples  []Sample
	verdicts map[question]verdict
	left     map[*kin][]*Track

	// grown says that what is new was running long before: some counter has
	// much more than all of them grow by.
	grown bool
	// known says that some of its tracks are of kin that were known.
	known bool
	// large are the new series, by kin, that have much more than they grow by.
	large map[*kin]found
}

// question stands for all samples about whose restart witnesses say the same.
type question struct {
	// of are the witnesses; nil is the scrape.
	of             *kin
	t, last, began int64
	underWay       bool
}

// found is a track, and whether there are some of other series.
type found struct {
	track  *Track
	others bool
}

func (f found) with(tr *Track) found {
	return found{tr, f.others || f.track != nil && f.track.key != tr.key}
}

// besides reports whether a track of another series than that of tr was found.
func (f found) besides(tr *Track) bool {
	return f.others || f.track != nil && f.track.key != tr.key
}

func newScrape(k *Tracker, samples []Sample) *scrape {
	s := &scrape{tracker: k, samples: samples}
	value, next := 0.0, 0.0
	for i := range samples {
		p := &samples[i]
		switch tr := p.Track; {
		case tr.seen:
			s.known = s.known || tr.kin.known(p.T)
		default:
			if tr.kin.first == 0 {
				value, next = max(value, p.V), next+p.Next
			}
			if p.V > surplus*(1+p.Next) {
				s.enlarge(tr)
			}
		}
	}
	s.grown = value > surplus*(1+next)
	return s
}

func (s *scrape) enlarge(tr *Track) {
	if s.large == nil {
		s.large = map[*kin]found{}
	}
	s.large[tr.kin] = s.large[tr.kin].with(tr)
}

// verdict returns what p's kin say about its restart or, without kin, what the
// scrape says.
func (s *scrape) verdict(p *Sample, of *kin) verdict {
	tr := p.Track
	q := question{of, p.T, tr.t, tr.began, tr.v >= continuing}
	v, ok := s.verdicts[q]
	if ok {
		return v
	}
	if of != nil {
		v = ask(p, slices.Values(of.tracks), (*Track).resetWithin)
	} else {
		v = ask(p, s.tracks(), (*Track).resetTogether)
	}
	if s.verdicts == nil {
		s.verdicts = map[question]verdict{}
	}
	s.verdicts[q] = v
	return v
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

// gone returns the kin or, with nil, those of the instance that were there until
// now and are not seen again, those with the most first.
func (s *scrape) gone(of *kin) []*Track {
	gone, ok := s.left[of]
	if ok {
		return gone
	}
	if of == nil {
		for _, each := range s.samples[0].Track.instance.kin {
			gone = append(gone, s.gone(each)...)
		}
	} else {
		gone = s.leaving(of)
	}
	slices.SortFunc(gone, func(a, b *Track) int { return cmp.Compare(b.v, a.v) })
	if s.left == nil {
		s.left = map[*kin][]*Track{}
	}
	s.left[of] = gone
	return gone
}

func (s *scrape) leaving(of *kin) (gone []*Track) {
	now := s.samples[0].T
	for _, tr := range of.tracks {
		if tr.seen && tr.scrape != tr.instance.scrape && tr.final <= tr.t && now-tr.t < absence && tr.v >= continuing {
			gone = append(gone, tr)
		}
	}
	return gone
}
