package counter

import (
	"iter"
	"slices"
)

// Evidence for a counter having started anew although its own samples do not show
// it, and for one that appears being new rather than older than what the server
// knows of it.
const (
	// A counter on a target that the server did not know before is new if its first
	// value is at most surplus events, or surplus times its growth to the next
	// sample, or what its instance's highest pace makes in burst milliseconds.
	// VictoriaMetrics' increase uses the first two.
	surplus = 10
	burst   = lookback
	// A counter is well under way from the value underWay on. If it was not reset,
	// that speaks against a restart.
	underWay = 10
	// On a known target, a first value of more than knownTargetFactor times its
	// growth to the next sample was counted before the server was shown the series.
	knownTargetFactor = 10_000
	// knownScrapeFactor is the same where only the scrape tells that the target is
	// known.
	knownScrapeFactor = 100
)

// provesRestart reports whether the process behind a track was restarted between
// its last sample and p, which is not smaller. Only its own target proves that: kin
// that were reset since, while none that is well under way went on; or, where no
// kin tell, what was scraped with it.
func (s *scrape) provesRestart(p *Sample) bool {
	if p.Track.instance.reset < p.Track.t-scrapeSpread {
		return false // none of the instance was reset since
	}
	if proven, known := s.verdict(p, p.Track.kin).on(p); known {
		return proven
	}
	proven, _ := s.verdict(p, nil).on(p)
	return proven && p.canHaveGrown(0, p.T-p.Track.t)
}

// verdict holds what tracks say about a restart of others.
type verdict struct {
	// Time of the latest reset that proves it, 0 if there is none.
	reset int64
	// against holds tracks that were not reset.
	against seriesSet
}

// on returns whether a restart between p and the sample before it is proven; known
// is false if no track says anything.
func (v verdict) on(p *Sample) (proven, known bool) {
	if v.against.hasOtherThan(p.Track) {
		return false, true
	}
	return v.reset != 0, v.reset != 0
}

// askWitnesses returns what the witnesses say about a restart between p and the
// sample before it. It is the same for all samples of a question.
func askWitnesses(p *Sample, witnesses iter.Seq[*Track], proves func(*Track, *Sample) bool) (v verdict) {
	for w := range witnesses {
		if proves(w, p) {
			v.reset = max(v.reset, w.began)
		}
	}
	for w := range witnesses {
		if w.continues(p) && w.lastSeen(p) >= v.reset-scrapeSpread {
			v.against = v.against.add(w)
		}
	}
	return v
}

// resetWithin reports whether tr, of the kin of p's track, was reset between p and
// the sample before p. That must not be the reset with which p's own counter began.
// In a sum over processes a part may have been reset, so p must have been missing
// meanwhile.
func (tr *Track) resetWithin(p *Sample) bool {
	own := p.Track
	if tr.began == 0 || tr.before == 0 || own.began > tr.before || own.t > tr.before+scrapeSpread || tr.began > p.T+scrapeSpread {
		return false
	}
	missed := tr.missedBy(p)
	if own.v >= underWay && p.T-own.t <= lookback {
		return missed // a counter that is well under way and was hardly away speaks against it
	}
	return missed || own.instance.hasLabel || own.t < tr.before-scrapeSpread
}

// missedBy reports whether p's series was missing after tr was reset.
func (tr *Track) missedBy(p *Sample) bool { return tr.again != 0 && tr.again < p.T-scrapeSpread }

// resetInScrape reports whether tr was reset as resetWithin says, and is scraped
// with p: it is in the same scrape, and p's series was in the one before the reset
// or was missing from it.
func (tr *Track) resetInScrape(p *Sample) bool {
	return p.Track.instance.hasLabel && tr.resetWithin(p) && tr.missedBy(p) && tr.lastSeen(p) >= p.T-scrapeSpread
}

// continues reports whether tr is well under way and was not reset since the
// sample before p.
func (tr *Track) continues(p *Sample) bool {
	return tr.seen && tr.v >= underWay && tr.began <= p.Track.t && tr.lastSeen(p) > p.Track.t
}

// lastSeen returns the time of tr's last sample, including the one in the scrape of
// p.
func (tr *Track) lastSeen(p *Sample) int64 {
	if tr.instance == p.Track.instance && tr.scrape == tr.instance.scrape {
		return max(tr.t, p.T)
	}
	return tr.t
}

// firstSample returns how many events the first sample of a series shows. A series
// that continues one that has just gone shows the difference. On a target that was
// known before, all that a new series has are new events, unless it has more than
// it can have counted.
func (s *scrape) firstSample(p *Sample) float64 {
	of := p.Track.kin
	if gone, ok := s.predecessor(p); ok {
		return p.V - gone
	}
	switch {
	case of.isKnown(p.T):
		return s.firstIfPlausible(p, knownTargetFactor)
	case of.first == 0 && s.targetIsKnown(p):
		return s.firstIfPlausible(p, knownScrapeFactor)
	case s.longRunning, of.first != 0 && !of.startedNew, !p.isPlausible():
		return 0
	}
	of.startedNew = true
	return p.V
}

// firstIfPlausible returns the first value of p if it is at most so many times its
// growth, and 0 otherwise.
func (s *scrape) firstIfPlausible(p *Sample, times float64) float64 {
	if p.V > times*(1+p.Next) && !p.isPlausible() {
		s.tracker.Rejections = append(s.tracker.Rejections, Rejection{p.Track.labels, p.T, p.V})
		return 0
	}
	return p.V
}

// targetIsKnown reports whether what was scraped with a series without kin shows
// that its target was known before: other series were, and nothing that comes with
// it belongs to another target that has run for long.
func (s *scrape) targetIsKnown(p *Sample) bool {
	return s.known && !s.oversized[p.Track.kin].hasOtherThan(p.Track)
}

// predecessor returns the value of the series that p's continues under another
// name: one with a little less than its value, which was there until now and is
// gone. It is one of p's kin or, if those are new, any of its instance.
func (s *scrape) predecessor(p *Sample) (v float64, ok bool) {
	of := p.Track.kin
	if !of.isKnown(p.T) {
		of = nil
	}
	for _, tr := range s.goneTracks(of) {
		if tr.v <= p.V && tr.Bad == p.Track.Bad && tr.Total == p.Track.Total {
			return tr.v, p.canHaveGrown(tr.v, burst)
		}
	}
	return 0, false
}

// isPlausible reports whether the counter can have grown from zero to its value
// since its target was last seen.
func (p *Sample) isPlausible() bool { return p.canHaveGrown(0, burst) }

// canHaveGrown reports whether the counter can have grown from v within some time.
func (p *Sample) canHaveGrown(v float64, millis int64) bool {
	return p.V-v <= max(surplus*(1+p.Next), float64(max(burst, millis))/1000*p.Track.instance.pace)
}

// verdict returns what p's kin say about its restart, or the whole scrape if kin is
// nil.
func (s *scrape) verdict(p *Sample, of *kin) verdict {
	tr := p.Track
	q := question{of, p.T, tr.t, tr.began, tr.v >= underWay}
	v, ok := s.verdicts[q]
	if ok {
		return v
	}
	if of != nil {
		v = askWitnesses(p, slices.Values(of.tracks), (*Track).resetWithin)
	} else {
		v = askWitnesses(p, s.tracks(), (*Track).resetInScrape)
	}
	if s.verdicts == nil {
		s.verdicts = map[question]verdict{}
	}
	s.verdicts[q] = v
	return v
}
