package ledger

import (
	"cmp"
	"slices"
	"time"
)

// How a counter's samples become events. A sample that follows another of the
// same series adds the difference; one that is smaller than the last follows a
// reset and adds its whole value. What remains is to tell, for a counter that
// was not there before, whether it was born, so that its value is new events,
// or is merely new to the server and older than what the server knows.
const (
	// absence is how long a series must be missing, while its target is
	// seen, to count as gone rather than late. It is Prometheus' lookback.
	absence = int64(5 * time.Minute / time.Millisecond)
	// A counter was born if its first value is at most surplus events,
	// surplus times what it grows by to its next sample, or burst seconds
	// of its target's highest pace. VictoriaMetrics' increase uses the
	// same rule with the first two.
	surplus = 10
	burst   = 300
	// continuing is the least value of a counter that speaks against a
	// restart of its target by not having been reset.
	continuing = 10
	// jitter is the share of its value that a counter may lose without
	// having been reset: servers that merge replicas switch between them.
	jitter = 0.01
)

// point is a sample of a track.
type point struct {
	track *track
	t     int64
	v     float64
	// next is the growth to the track's next sample, 0 if there is none.
	next float64
}

// emitter takes what a walk finds: the events of a track that its sample at t,
// in milliseconds, shows. It is also called with none, to say there was data.
type emitter func(tr *track, t int64, events float64)

// grow takes the value of a counter at a grid point where there is no reason
// for a closer look: it was there at the last one and has not fallen.
func (tr *track) grow(t int64, v float64, emit emitter) {
	tr.record(t, v, max(0, v-tr.v), emit)
	tr.target.seen = max(tr.target.seen, t)
}

// walk goes through raw samples, scrape by scrape. It reorders points. Samples
// after until only serve to see how counters go on.
func walk(points []point, until int64, emit emitter) {
	slices.SortFunc(points, func(a, b point) int {
		return cmp.Or(cmp.Compare(a.t, b.t), cmp.Compare(a.track.target.number, b.track.target.number))
	})
	for len(points) > 0 && points[0].t <= until {
		n := 1
		for n < len(points) && points[n].t == points[0].t && points[n].track.target == points[0].track.target {
			n++
		}
		walkScrape(points[:n], emit)
		points = points[n:]
	}
}

func walkScrape(scrape []point, emit emitter) {
	tg := scrape[0].track.target
	if tg.scraped && restarts(scrape) {
		tg.restarted = scrape[0].t
	}
	old := tg.seen == 0 && older(scrape)
	for _, p := range scrape {
		events := 0.0
		if !old || p.track.seen {
			events = p.events()
		}
		p.track.record(p.t, p.v, events, emit)
	}
	tg.seen = scrape[0].t
}

// restarts says whether a scrape shows that its target was restarted: some
// counter fell, and none that was well under way went on.
func restarts(scrape []point) bool {
	fell := false
	for _, p := range scrape {
		switch {
		case !p.track.seen:
		case p.track.fell(p.v):
			fell = true
		case p.track.v >= continuing:
			return false
		}
	}
	return fell
}

// older says whether the first scrape of a target shows that the target was
// running long before.
func older(scrape []point) bool {
	value, next := 0.0, 0.0
	for _, p := range scrape {
		value, next = max(value, p.v), next+p.next
	}
	return value > surplus*(1+next)
}

// events is how many events there were between the track's last sample and p.
func (p point) events() float64 {
	tr, tg := p.track, p.track.target
	switch {
	case !tr.seen:
		if p.plausibleFromZero() {
			return p.v
		}
		return 0
	case tr.fell(p.v), tr.t < tg.restarted:
		return p.v
	case p.v == tr.v && p.t-tr.t > absence && tg.seen-tr.t > absence && p.plausibleFromZero():
		// It was gone while its target was seen, and came for a reason.
		return p.v
	default:
		return max(0, p.v-tr.v)
	}
}

// fell says whether v can only follow a reset.
func (tr *track) fell(v float64) bool { return v < tr.v*(1-jitter) }

// plausibleFromZero says whether the counter can have grown from zero to its
// value since the target was last seen.
func (p point) plausibleFromZero() bool {
	return p.v <= max(surplus*(1+p.next), burst*p.track.target.pace)
}

// record makes (t, v) the track's last sample and emits the events before it.
func (tr *track) record(t int64, v, events float64, emit emitter) {
	if tr.seen && t > tr.t {
		tr.target.pace = max(tr.target.pace, events*1000/float64(t-tr.t))
	}
	if tr.seen && v < tr.v && !tr.fell(v) {
		v = tr.v
	}
	tr.seen, tr.t, tr.v = true, t, v
	emit(tr, t, events)
}
