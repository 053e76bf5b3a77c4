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

	events float64
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
	k.record(tr, t, v, Events{N: max(0, v-tr.v)}, emit)
	tr.coarse = true
}

// Walk goes through raw samples, scrape by scrape. It reorders samples. Those
// after until only serve to see how counters go on. All values must be counts.
func (k *Tracker) Walk(samples []Sample, until int64, emit Emitter) {
	slices.SortFunc(samples, func(a, b Sample) int {
		return cmp.Or(cmp.Compare(a.Track.instance.number, b.Track.instance.number), cmp.Compare(a.T, b.T))
	})
	for _, p := range samples {
		p.Track.final = p.T
	}
	for len(samples) > 0 {
		n := scrapeLength(samples)
		if samples[0].T <= until {
			k.walkScrape(upTo(samples[:n], until), emit)
		}
		samples = samples[n:]
	}
}

// scrapeLength is how many of the samples are of the first one's scrape.
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

func upTo(scrape []Sample, until int64) []Sample {
	n := len(scrape)
	for n > 0 && scrape[n-1].T > until {
		n--
	}
	return scrape[:n]
}

func (k *Tracker) walkScrape(scrape []Sample, emit Emitter) {
	for i := range scrape {
		p := &scrape[i]
		if tr := p.Track; tr.seen && tr.FellTo(p.V) {
			p.reset = true
			tr.begin(p.T)
		}
	}
	for i := range scrape {
		if p := &scrape[i]; p.Track.seen && !p.reset && k.restarted(p, scrape) {
			p.reset, p.events = true, p.V-max(0, p.V-p.Track.v)
			p.Track.begin(p.T)
		}
	}
	old := grown(scrape)
	for i := range scrape {
		p := &scrape[i]
		k.record(p.Track, p.T, p.V, k.eventsOf(p, scrape, old), emit)
	}
}

// eventsOf is what happened between the track's last sample and p.
func (k *Tracker) eventsOf(p *Sample, scrape []Sample, old bool) Events {
	switch tr := p.Track; {
	case !tr.seen:
		n := k.born(p, scrape, old)
		return Events{N: n, Unseen: n}
	case p.reset:
		return Events{N: p.V, Unseen: p.events}
	default:
		return Events{N: max(0, p.V-tr.v)}
	}
}

// begin notes that the counter began anew with its sample at t.
func (tr *Track) begin(t int64) {
	tr.began, tr.before, tr.beforeCoarse, tr.again = t, tr.t, tr.coarse, 0
}

// record makes (t, v) the track's last sample and emits the events before it.
func (k *Tracker) record(tr *Track, t int64, v float64, e Events, emit Emitter) {
	if tr.seen && t > tr.t {
		tr.instance.pace = max(tr.instance.pace, e.N*1000/float64(t-tr.t))
	}
	if tr.began != 0 && tr.again == 0 && t > tr.began {
		tr.again = t
	}
	if tr.seen && v < tr.v && !tr.FellTo(v) {
		v = tr.v
	}
	tr.seen, tr.coarse, tr.t, tr.v = true, false, t, v
	tr.kin.first, tr.kin.last = earliest(tr.kin.first, t), max(tr.kin.last, t)
	emit(tr, t, e)
}
