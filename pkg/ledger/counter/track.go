package counter

import (
	"strconv"
	"strings"

	"github.com/prometheus/prometheus/model/labels"
)

// Track follows one series. Each of its events counts as Bad bad and Total total
// events of the group with the number Group.
type Track struct {
	Group      int
	Bad, Total float64

	number int
	// key identifies the series: tracks of two bases may follow the same one.
	key      string
	labels   labels.Labels
	instance *instance
	kin      *kin

	// seen says that t and v, the last sample in milliseconds, and first, the time
	// of the first one, are set. If coarse, t is the grid point after the sample.
	seen     bool
	coarse   bool
	first, t int64
	v        float64
	// The counter's last reset, as far as it is known: began is the time of the
	// first sample after it, before that of the last sample ahead of it, and again
	// that of the second one after it; 0 if there is none.
	began, before, again int64
	// intervals holds the latest distances between two samples, in milliseconds.
	intervals [2]int64
	// present says that the series had a value at the last grid point.
	present bool
	// scrape is the number of the last scrape that showed the series; final is the
	// time of its last sample in the current walk.
	scrape int
	final  int64
}

// Present reports whether the series had a value at the last grid point.
func (tr *Track) Present() bool { return tr.present }

// observe makes (t, v) the track's last sample.
func (tr *Track) observe(t int64, v float64) {
	if !tr.seen {
		tr.seen, tr.first = true, t
		tr.kin.first = earliest(tr.kin.first, t)
	}
	tr.t, tr.v = t, v
}

// SetPresent notes whether the series has a value at the last grid point.
func (tr *Track) SetPresent(present bool) { tr.present = present }

// isResetAt reports whether the counter can only have come to v by a reset.
func (tr *Track) isResetAt(v float64) bool { return IsReset(tr.v, v) }

// Value returns the track's last value; ok is false if it has none.
func (tr *Track) Value() (v float64, ok bool) { return tr.v, tr.seen }

// Interval returns the smaller of the latest two distances between samples, in
// milliseconds; ok is false if there are none, or no sample after a time.
func (tr *Track) Interval(after int64) (length int64, ok bool) {
	if tr.intervals[1] != 0 {
		return min(tr.intervals[0], tr.intervals[1]), tr.t > after
	}
	return tr.intervals[0], tr.intervals[0] != 0 && tr.t > after
}

// noteInterval notes how long the sample at t comes after the one before.
func (tr *Track) noteInterval(t int64) {
	if tr.seen && !tr.coarse {
		tr.intervals = [2]int64{t - tr.t, tr.intervals[0]}
	}
}

// beginAnew notes that the counter started anew with its sample at t.
func (tr *Track) beginAnew(t int64) {
	tr.began, tr.before, tr.again = t, tr.t, 0
	tr.instance.reset = max(tr.instance.reset, tr.before)
}

// record makes (t, v) the track's last sample, after so many events.
func (tr *Track) record(t int64, v, events float64) {
	if tr.seen && !tr.coarse {
		tr.instance.pace = max(tr.instance.pace, events*1000/float64(max(t-tr.t, minPaceTime)))
	}
	if tr.began != 0 && tr.again == 0 && t > tr.began {
		tr.again = t
	}
	if tr.seen && v < tr.v && !tr.isResetAt(v) {
		v = tr.v
	}
	tr.coarse = false
	tr.observe(t, v)
}

// identity returns the same key for all spellings of a series.
func identity(ls labels.Labels) string {
	var key strings.Builder
	ls.Range(func(l labels.Label) {
		key.WriteByte('\xff')
		key.WriteString(l.Name)
		key.WriteByte('\xff')
		key.WriteString(canonical(l))
	})
	return key.String()
}

// canonical returns the label's value, with le written in one way: 1 and 1.0 name
// the same bucket.
func canonical(l labels.Label) string {
	if l.Name != labels.BucketLabel {
		return l.Value
	}
	bound, err := strconv.ParseFloat(l.Value, 64)
	if err != nil {
		return l.Value
	}
	return strconv.FormatFloat(bound, 'g', -1, 64)
}
