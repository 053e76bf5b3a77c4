package counter

import "iter"

// What speaks for a counter having begun anew though its own samples do not show
// it, and for a counter that appears having been born rather than being older
// than what the server knows of it. docs/ledger.md has the rules as a table,
// which the tests of this package go through.
const (
	// A counter that its server did not know before was new if its first
	// value is at most surplus events, or surplus times what it grows by to
	// its next sample, or burst milliseconds at its instance's highest pace.
	// VictoriaMetrics' increase uses the first two.
	surplus = 10
	burst   = absence
	// continuing is the least value of a counter that speaks against a
	// restart by not having been reset.
	continuing = 10
	// disbelief is by how many times its growth to the next sample a first
	// value may exceed it on a target that was known before. What is above
	// was counted before the server was shown the series.
	disbelief = 10_000
	// distrust is the same where only the scrape tells of the target.
	distrust = 100
)

// restarted reports whether the process behind a track was restarted between its
// last sample and p, which is not smaller. Only its own target proves that: its
// kin, of which some were reset since and none that is well under way was not;
// or, where no kin tells, what was scraped with it.
func (s *scrape) restarted(p *Sample) bool {
	if p.Track.instance.reset < p.Track.t-simultaneous {
		return false // none of the instance was reset since
	}
	if proven, known := s.verdict(p, p.Track.kin).on(p); known {
		return proven
	}
	proven, _ := s.verdict(p, nil).on(p)
	return proven && p.grownSince(0, p.T-p.Track.t)
}

// verdict is what tracks say about a restart of others.
type verdict struct {
	// reset is the latest reset that proves it, 0 if there is none.
	reset int64
	// against are tracks that were not reset.
	against found
}

// on returns whether a restart between p and the sample before it is proven;
// known is false if no track says anything.
func (v verdict) on(p *Sample) (proven, known bool) {
	if v.against.besides(p.Track) {
		return false, true
	}
	return v.reset != 0, v.reset != 0
}

// ask asks the witnesses about a restart between p and the sample before it.
// Their answer is the same for all samples of a question.
func ask(p *Sample, witnesses iter.Seq[*Track], proves func(*Track, *Sample) bool) (v verdict) {
	for w := range witnesses {
		if proves(w, p) {
			v.reset = max(v.reset, w.began)
		}
	}
	for w := range witnesses {
		if w.continues(p) && w.lastSeen(p) >= v.reset-simultaneous {
			v.against = v.against.with(w)
		}
	}
	return v
}

// resetWithin reports whether tr, of the kin of p's track, was reset between p
// and the sample before p. The reset is not the one with which p's own counter
// began. Of a sum over processes some part may have been reset, so p's must have
// been missing meanwhile.
func (tr *Track) resetWithin(p *Sample) bool {
	own := p.Track
	if tr.began == 0 || tr.before == 0 || own.began > tr.before || own.t > tr.before+simultaneous || tr.began > p.T+simultaneous {
		return false
	}
	missed := tr.missedBy(p)
	if own.v >= continuing && p.T-own.t <= absence {
		return missed // one that is well under way and was hardly away speaks against it
	}
	return missed || own.instance.named || own.t < tr.before-simultaneous
}

// missedBy reports whether p's series was missing after tr was reset.
func (tr *Track) missedBy(p *Sample) bool { return tr.again != 0 && tr.again < p.T-simultaneous }

// resetTogether reports whether tr was reset as resetWithin has it, and is scraped
// with p: it is in the same scrape, and p's series was in the one before the
// reset or was missing from it.
func (tr *Track) resetTogether(p *Sample) bool {
	return p.Track.instance.named && tr.resetWithin(p) && tr.missedBy(p) && tr.lastSeen(p) >= p.T-simultaneous
}

// continues reports whether tr is well under way and was not reset since the
// sample before p.
func (tr *Track) continues(p *Sample) bool {
	return tr.seen && tr.v >= continuing && tr.began <= p.Track.t && tr.lastSeen(p) > p.Track.t
}

// lastSeen returns the time of tr's last sample, that in the scrape of p included.
func (tr *Track) lastSeen(p *Sample) int64 {
	if tr.instance == p.Track.instance && tr.scrape == tr.instance.scrape {
		return max(tr.t, p.T)
	}
	return tr.t
}

// born returns how many events the first sample of a series shows. A series that goes
// on for one that has just gone shows what it has more. Where the target was known
// before, all that a new series has are new events, unless it has more than it can
// have counted.
func (s *scrape) born(p *Sample) float64 {
	of := p.Track.kin
	if gone, ok := s.predecessor(p); ok {
		return p.V - gone
	}
	switch {
	case of.known(p.T):
		return s.believed(p, disbelief)
	case of.first == 0 && s.knownBefore(p):
		return s.believed(p, distrust)
	case s.grown, of.first != 0 && !of.young, !p.plausible():
		return 0
	}
	of.young = true
	return p.V
}

// believed returns the first value of p if it is at most so many times its
// growth, and no events otherwise.
func (s *scrape) believed(p *Sample, times float64) float64 {
	if p.V > times*(1+p.Next) && !p.plausible() {
		s.tracker.Rejections = append(s.tracker.Rejections, Rejection{p.Track.labels, p.T, p.V})
		return 0
	}
	return p.V
}

// known reports whether the kin were there for so long before t that a series
// which is not among them did not exist.
func (of *kin) known(t int64) bool { return of.first != 0 && t-of.first >= absence }

// knownBefore reports whether the target of a series without kin was known
// before, by what was scraped with it: its other series were, and nothing that
// comes with it shows that it is another target, which has run for long.
func (s *scrape) knownBefore(p *Sample) bool {
	return s.known && !s.large[p.Track.kin].besides(p.Track)
}

// predecessor returns the value of the series for which p's goes on under another
// name: one with a little less than its value, which was there until now and is
// gone. It is of p's kin or, if those are new, any of its instance.
func (s *scrape) predecessor(p *Sample) (v float64, ok bool) {
	of := p.Track.kin
	if !of.known(p.T) {
		of = nil
	}
	for _, tr := range s.gone(of) {
		if tr.v <= p.V && tr.Bad == p.Track.Bad && tr.Total == p.Track.Total {
			return tr.v, p.grownSince(tr.v, burst)
		}
	}
	return 0, false
}

// plausible reports whether the counter can have grown from zero to its value
// since its target was last seen.
func (p *Sample) plausible() bool { return p.grownSince(0, burst) }

// grownSince reports whether the counter can have grown from v in some time.
func (p *Sample) grownSince(v float64, millis int64) bool {
	return p.V-v <= max(surplus*(1+p.Next), float64(max(burst, millis))/1000*p.Track.instance.pace)
}
