package counter

// What speaks for a counter having begun anew though its own samples do not show
// it, and for a counter that appears having been born rather than being older
// than what the server knows of it. docs/ledger.md has the rules as a table,
// which the tests of this package go through.
const (
	// A counter that its server did not know before was new if its first
	// value is at most surplus events, or surplus times what it grows by to
	// its next sample, or burst seconds of its instance's highest pace.
	// VictoriaMetrics' increase uses the first two.
	surplus = 10
	burst   = 300
	// continuing is the least value of a counter that speaks against a
	// restart by not having been reset.
	continuing = 10
	// disbelief is by how many times its growth to the next sample a first
	// value may exceed it on a target that was known before. What is above
	// was counted before the server was shown the series.
	disbelief = 10_000
)

// restarted reports whether the process behind a track was restarted between its
// last sample and p, which is not smaller. Only its own target proves that: its
// kin, of which some were reset since and none that is well under way was not;
// or, where no kin tells, what was scraped with it.
func (k *Tracker) restarted(p *Sample, scrape []Sample) bool {
	if proven, known := p.verdict(p.Track.kin.tracks, (*Track).resetWithin); known {
		return proven
	}
	peers := make([]*Track, 0, len(scrape))
	for _, other := range scrape {
		peers = append(peers, other.Track)
	}
	proven, _ := p.verdict(peers, (*Track).resetTogether)
	return proven
}

// verdict is what other tracks say about a restart between p and the sample
// before it; known is false if they say nothing.
func (p *Sample) verdict(witnesses []*Track, proves func(*Track, *Sample) bool) (proven, known bool) {
	reset := int64(0)
	for _, w := range witnesses {
		if w != p.Track && proves(w, p) {
			reset = max(reset, w.began)
		}
	}
	for _, w := range witnesses {
		if w != p.Track && w.continues(p) && w.lastSeen(p) >= reset-simultaneous {
			return false, true
		}
	}
	return reset != 0, reset != 0
}

// resetWithin reports whether the track, of the kin of p's, was reset between p
// and the sample before p. The reset is not the one with which p's own counter
// began. Of a sum over processes some part may have been reset, so p's must have
// been missing meanwhile.
func (tr *Track) resetWithin(p *Sample) bool {
	own := p.Track
	if tr.began == 0 || tr.before == 0 || own.began > tr.before || own.t > tr.before+simultaneous || tr.began > p.T+simultaneous {
		return false
	}
	missed := tr.again != 0 && tr.again < p.T-simultaneous
	if own.v >= continuing && p.T-own.t <= absence {
		return missed // one that is well under way and was hardly away speaks against it
	}
	return missed || own.instance.named || own.t < tr.before-simultaneous
}

// resetTogether reports whether the track was reset as resetWithin has it, and is scraped
// with p: it is in the same scrape, and p's series was in the one before the
// reset or was missing from it.
func (tr *Track) resetTogether(p *Sample) bool {
	return p.Track.instance.named && tr.resetWithin(p) && tr.lastSeen(p) >= p.T-simultaneous
}

// continues reports whether the track is well under way and was not reset since the
// sample before p.
func (tr *Track) continues(p *Sample) bool {
	return tr.seen && tr.v >= continuing && tr.began <= p.Track.t && tr.lastSeen(p) > p.Track.t
}

// lastSeen is the time of the track's last sample, that in the scrape of p included.
func (tr *Track) lastSeen(p *Sample) int64 {
	if tr.instance == p.Track.instance && tr.scrape == tr.instance.scrape {
		return max(tr.t, p.T)
	}
	return tr.t
}

// born is how many events the first sample of a series shows. Where its target
// was known before, all that it has are new, unless it goes on for a series that
// has just gone, or has more than it can have counted.
func (k *Tracker) born(p *Sample, scrape []Sample, old bool) float64 {
	of := p.Track.kin
	switch {
	case of.known(p.T), of.first == 0 && k.knownBy(p, scrape):
		if gone := p.predecessor(); gone != nil {
			return p.V - gone.v
		}
		if p.V > disbelief*(1+p.Next) && !p.plausible() {
			k.Doubts = append(k.Doubts, Doubt{p.Track.labels, p.T, p.V})
			return 0
		}
		return p.V
	case old, of.first != 0 && !of.young, !p.plausible():
		return 0
	}
	of.young = true
	return p.V
}

// known reports whether the kin were there for so long before t that a series
// which is not among them did not exist.
func (of *kin) known(t int64) bool { return of.first != 0 && t-of.first >= absence }

// knownBy reports whether the target of a series without kin was known before,
// by what was scraped with it: its other series were, and nothing that comes
// with it shows that it is another target, which has run for long.
func (k *Tracker) knownBy(p *Sample, scrape []Sample) bool {
	known := false
	for _, other := range scrape {
		switch tr := other.Track; {
		case tr == p.Track:
		case tr.seen && tr.kin.known(p.T):
			known = true
		case !tr.seen && tr.kin == p.Track.kin && other.V > surplus*(1+other.Next):
			return false
		}
	}
	return known
}

// predecessor is the series for which p's goes on under another name: one of its
// kin with a little less than its value, which was there until now and is gone.
func (p *Sample) predecessor() (found *Track) {
	if p.V <= surplus*(1+p.Next) {
		return nil
	}
	for _, tr := range p.Track.kin.tracks {
		gone := tr.seen && tr.final <= tr.t && p.T-tr.t < absence &&
			tr.v >= continuing && tr.Bad == p.Track.Bad && tr.Total == p.Track.Total
		if gone && tr.v <= p.V && p.since(tr.v) && (found == nil || tr.v > found.v) {
			found = tr
		}
	}
	return found
}

// plausible reports whether the counter can have grown from zero to its value
// since its target was last seen, and since whether it can have from a value.
func (p *Sample) plausible() bool { return p.since(0) }

func (p *Sample) since(v float64) bool {
	return p.V-v <= max(surplus*(1+p.Next), burst*p.Track.instance.pace)
}

// grown reports whether what is new in a scrape was running long before: some
// counter has much more than all of them grow by.
func grown(scrape []Sample) bool {
	value, next := 0.0, 0.0
	for _, p := range scrape {
		if !p.Track.seen && p.Track.kin.first == 0 {
			value, next = max(value, p.V), next+p.Next
		}
	}
	return value > surplus*(1+next)
}
