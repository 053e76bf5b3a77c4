package counter

import (
	"cmp"
	"slices"
	"time"
)

// How samples become events. A sample that follows another of the same series
// adds the difference; one that is smaller follows a reset and adds its whole
// value. What remains is to tell of a counter that was not there before, or that
// shows no reset, whether it began anew: the rules are in evidence.go.
const (
	// absence is how long a series may be missing before its grid points are
	// empty. It is Prometheus' lookback.
	absence = int64(5 * time.Minute / time.Millisecond)
	// simultaneous is how far the samples of one scrape may be apart.
	simultaneous = int64(100 * time.Millisecond / time.Millisecond)
	// shortest is the shortest time in which growth tells a pace.
	shortest = int64(10 * time.Second / time.Millisecond)
	// jitter is the share of its value that a counter may lose without
	// having been reset: servers that merge replicas switch between them.
	jitter = 0.01
)

// Sample is a sample of a track. Next is by how much the track grows to its next
// sample, 0 if there is none.
type Sample struct {
	Track *Track
	T     int64
	V     float64
	Next  float64

	events Events
	reset  bool
}

// Events are what one sample shows to have happened since the one before.
type Events struct {
	// N is their number; 0 says that there was data.
	N float64
	// Unseen are those among N that increase() would not count: the first
	// value of a counter, and what lies under a reset that its own samples
	// do not show.
	Unseen float64
}

// Emitter takes the events of a track that its sample at t, in milliseconds,
// shows.
type Emitter func(tr *Track, t int64, e Events)

// Grow takes the value of a counter at a grid point where there is no reason for
// a closer look: it was there at the last one and has not fallen.
func (k *Tracker) Grow(tr *Track, t int64, v float64, emit Emitter) {
	grown := max(0, v-tr.v)
	tr.record(t, v, grown)
	tr.coarse = true
	emit(tr, t, Events{N: grown})
}

// Walk goes through raw samples, scrape by scrape, up to the last scrape that
// begins by until. Later samples only serve to see how counters go on; those of
// the last scrape are taken to be of until. Walk skips those that it walked before;
// of two of a track at one time the greater counts. All values must be counts.
func (k *Tracker) Walk(samples []Sample, until int64, emit Emitter) {
	samples = slices.CompactFunc(inOrder(samples), func(a, b Sample) bool { return a.Track == b.Track && a.T == b.T })
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

// scrapeLength returns how many of the samples are of the first one's scrape.
func scrapeLength(samples []Sample) int {
	in := samples[0].Track.instance
	in.scrape++
	n := 0
	for n < len(samples) && samples[n].Track.instance == in && samples[n].T-samples[0].T <= simultaneous {
		if samples[n].Track.scrape == in.scrape {
			break // the same series once more
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
		if tr := p.Track; tr.seen && tr.fellTo(p.V) {
			p.reset = true
			tr.begin(p.T)
		}
	}
	// Counters that are well under way may speak against the restart of those
	// that are not, so they are judged first.
	s.restart(func(tr *Track) bool { return tr.v >= continuing })
	s.restart(func(tr *Track) bool { return tr.v < continuing })
	s.settle(emit, func(tr *Track) bool { return tr.seen })
	s.settle(emit, func(tr *Track) bool { return !tr.seen })
}

// restart lets those of the tracks begin anew that did without showing it.
func (s *scrape) restart(of func(*Track) bool) {
	var restarted []*Sample
	for i := range s.samples {
		if p := &s.samples[i]; p.Track.seen && !p.reset && of(p.Track) && s.restarted(p) {
			restarted = append(restarted, p)
		}
	}
	for _, p := range restarted {
		p.reset = true
		p.Track.begin(p.T)
	}
}

// settle counts the events of some tracks, and only then goes on to their new
// values.
func (s *scrape) settle(emit Emitter, of func(*Track) bool) {
	var settled []*Sample
	for i := range s.samples {
		if p := &s.samples[i]; of(p.Track) {
			p.events = s.eventsOf(p)
			settled = append(settled, p)
		}
	}
	for _, p := range settled {
		p.Track.record(p.T, p.V, p.events.N)
		emit(p.Track, p.T, p.events)
	}
}

// eventsOf returns what happened between the track's last sample and p.
func (s *scrape) eventsOf(p *Sample) Events {
	switch tr := p.Track; {
	case !tr.seen:
		n := s.born(p)
		return Events{N: n, Unseen: n}
	case p.reset && !tr.fellTo(p.V):
		return Events{N: p.V, Unseen: min(p.V, tr.v)}
	case p.reset:
		return Events{N: p.V}
	default:
		return Events{N: max(0, p.V-tr.v)}
	}
}

// place tells where a sample belongs: with its instance, by time and series.
type place struct {
	t               int64
	instance, track int32
	// from is where the sample is now.
	from int32
}

// inOrder returns the samples by their places, which take less time to sort than
// samples do; of those at one place the greater value comes first.
func inOrder(samples []Sample) []Sample {
	places := make([]place, len(samples))
	for i := range samples {
		p := &samples[i]
		places[i] = place{p.T, int32(p.Track.instance.number), int32(p.Track.number), int32(i)}
	}
	slices.SortFunc(places, func(a, b place) int {
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
