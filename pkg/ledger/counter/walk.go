package counter

import (
	"cmp"
	"slices"
	"time"
)

// How samples become events. A sample that follows another of the same series adds
// the difference; one that is smaller follows a reset and adds its whole value.
// What remains is to decide whether a counter that was not there before, or that
// shows no reset, started anew: see evidence.go.
const (
	// lookback is how long a series may be missing before its grid points are
	// empty. It is Prometheus' default.
	lookback = int64(5 * time.Minute / time.Millisecond)
	// scrapeSpread is how far apart the samples of one scrape may be.
	scrapeSpread = int64(100 * time.Millisecond / time.Millisecond)
	// minPaceTime is the shortest time from which a pace is computed.
	minPaceTime = int64(10 * time.Second / time.Millisecond)
	// jitter is the share of its value that a counter may lose without having been
	// reset: servers that merge replicas switch between them.
	jitter = 0.01
)

// Sample holds a sample of a track. Next is by how much the track grows to its next
// sample, 0 if there is none.
type Sample struct {
	Track *Track
	T     int64
	V     float64
	Next  float64

	events Events
	reset  bool
}

// Events holds what a sample shows to have happened since the one before.
type Events struct {
	// N counts them; 0 says that there was data.
	N float64
	// Unseen counts those that increase() would not: the first value of a counter,
	// and what lies under a reset that its own samples do not show.
	Unseen float64
}

// Emitter takes the events that a track's sample at t, in milliseconds, shows.
type Emitter func(tr *Track, t int64, e Events)

// Grow takes the value of a counter at a grid point that needs no closer look: the
// counter was there at the last one and was not reset.
func (k *Tracker) Grow(tr *Track, t int64, v float64, emit Emitter) {
	grown := max(0, v-tr.v)
	tr.record(t, v, grown)
	tr.coarse = true
	emit(tr, t, Events{N: grown})
}

// Walk goes through raw samples, scrape by scrape, up to the last scrape that
// begins by until. Later samples only show how counters go on; those of the last
// scrape count as being at until. Walk skips samples that it walked before; of two
// of a track at one time the greater counts. All values must be counts.
func (k *Tracker) Walk(samples []Sample, until int64, emit Emitter) {
	samples = slices.CompactFunc(sortSamples(samples), func(a, b Sample) bool { return a.Track == b.Track && a.T == b.T })
	for _, p := range samples {
		p.Track.final = p.T
	}
	samples = slices.DeleteFunc(samples, func(p Sample) bool { return p.Track.seen && p.T <= p.Track.t })
	for len(samples) > 0 {
		n := scrapeLength(samples)
		if samples[0].T <= until {
			k.walkScrape(samples[:n], func(tr *Track, t int64, e Events) { emit(tr, min(t, until), e) })
		}
		samples = samples[n:]
	}
}

// scrapeLength returns how many of the samples belong to the first one's scrape.
func scrapeLength(samples []Sample) int {
	in := samples[0].Track.instance
	in.scrape++
	n := 0
	for n < len(samples) && samples[n].Track.instance == in && samples[n].T-samples[0].T <= scrapeSpread {
		if samples[n].Track.scrape == in.scrape {
			break // the same series again
		}
		samples[n].Track.scrape = in.scrape
		n++
	}
	return n
}

func (k *Tracker) walkScrape(samples []Sample, emit Emitter) {
	s := newScrape(k, samples)
	for i := range samples {
		p := &samples[i]
		if tr := p.Track; tr.seen && tr.isResetAt(p.V) {
			p.reset = true
			tr.beginAnew(p.T)
		}
	}
	// Counters that are well under way may speak against the restart of those that
	// are not, so they are decided first.
	s.markRestarts(func(tr *Track) bool { return tr.v >= underWay })
	s.markRestarts(func(tr *Track) bool { return tr.v < underWay })
	s.emitEvents(emit, func(tr *Track) bool { return tr.seen })
	s.emitEvents(emit, func(tr *Track) bool { return !tr.seen })
}

// markRestarts marks those of the tracks that started anew without showing it.
func (s *scrape) markRestarts(of func(*Track) bool) {
	var restarted []*Sample
	for i := range s.samples {
		if p := &s.samples[i]; p.Track.seen && !p.reset && of(p.Track) && s.provesRestart(p) {
			restarted = append(restarted, p)
		}
	}
	for _, p := range restarted {
		p.reset = true
		p.Track.beginAnew(p.T)
	}
}

// emitEvents emits the events of some tracks, and only then moves them to their new
// values.
func (s *scrape) emitEvents(emit Emitter, of func(*Track) bool) {
	var settled []*Sample
	for i := range s.samples {
		if p := &s.samples[i]; of(p.Track) {
			p.events = s.eventsOf(p)
			settled = append(settled, p)
		}
	}
	for _, p := range settled {
		p.Track.noteInterval(p.T)
		p.Track.record(p.T, p.V, p.events.N)
		emit(p.Track, p.T, p.events)
	}
}

// eventsOf returns what happened between the track's last sample and p.
func (s *scrape) eventsOf(p *Sample) Events {
	switch tr := p.Track; {
	case !tr.seen:
		n := s.firstSample(p)
		return Events{N: n, Unseen: n}
	case p.reset && !tr.isResetAt(p.V):
		return Events{N: p.V, Unseen: min(p.V, tr.v)}
	case p.reset:
		return Events{N: p.V}
	default:
		return Events{N: max(0, p.V-tr.v)}
	}
}

// sortKey orders samples by instance, time and series.
type sortKey struct {
	t               int64
	instance, track int32
	// Index of the sample.
	from int32
}

// sortSamples returns the samples in order; of those with equal keys the greater
// value comes first. Sorting keys takes less time than sorting samples.
func sortSamples(samples []Sample) []Sample {
	places := make([]sortKey, len(samples))
	for i := range samples {
		p := &samples[i]
		places[i] = sortKey{p.T, int32(p.Track.instance.number), int32(p.Track.number), int32(i)}
	}
	slices.SortFunc(places, func(a, b sortKey) int {
		switch {
		case a.instance != b.instance:
			return int(a.instance - b.instance)
		case a.t != b.t:
			return cmp.Compare(a.t, b.t)
		case a.track != b.track:
			return int(a.track - b.track)
		}
		return cmp.Compare(samples[b.from].V, samples[a.from].V)
	})
	ordered := make([]Sample, len(samples))
	for i, p := range places {
		ordered[i] = samples[p.from]
	}
	return ordered
}
