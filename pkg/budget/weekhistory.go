package budget

import (
	"slices"
	"time"
)

// weekHistory holds the traffic of an account in the last four weeks, by the hour of
// the week. It is moved on from one moment to a later one by the hours between them:
// those who walk through a window do not read the same weeks again and again. Its
// answers are the same as if all was read anew.
type weekHistory struct {
	account Account
	loc     *time.Location
	// end of the last hour that was read, zero before the first.
	end    time.Time
	hourly [hoursOfWeek][]hourTraffic
	// Means of the hours of the week, missing without history.
	means [hoursOfWeek]Value
	// Last answer, which is overwritten by the next.
	last traffic
}

// hourTraffic holds the events of a whole hour, if it was covered.
type hourTraffic struct {
	start  int64
	events float64
	known  bool
}

// traffic returns what is assumed to come after a moment. It holds until the next call.
func (h *weekHistory) traffic(now time.Time, mean float64) *traffic {
	h.moveTo(startOfHour(now.In(h.loc)))
	h.last.loc, h.last.origin = h.loc, now.Unix()/weekSeconds*weekSeconds
	for i, v := range h.means {
		h.last.hourly[i] = v.Or(mean)
	}
	return h.last.addUp()
}

// meanOf returns the mean of the hours that are known.
func meanOf(hours []hourTraffic) Value {
	sum, n := 0., 0.
	for _, hour := range slices.Backward(hours) {
		if hour.known {
			sum += hour.events
			n++
		}
	}
	return quotient(sum, n)
}

// moveTo has the history end at an hour.
func (h *weekHistory) moveTo(end time.Time) {
	const all = weeksOfHistory * hoursOfWeek
	passed := end.Sub(h.end)
	if h.end.IsZero() || passed < 0 || passed > all*time.Hour/2 || passed%time.Hour != 0 {
		h.read(end, all)
		return
	}
	for h.end.Before(end) {
		left := h.forget(h.end.Add(-all * time.Hour))
		came := h.append(h.end, read(h.account, h.end, h.end.Add(time.Hour)))
		h.means[left], h.means[came] = meanOf(h.hourly[left]), meanOf(h.hourly[came])
		h.end = h.end.Add(time.Hour)
	}
}

// read reads the n hours before end.
func (h *weekHistory) read(end time.Time, n int) {
	readings := make([]Reading, 0, n)
	EachBack(h.account, end, time.Hour, n, func(r Reading) { readings = append(readings, r.sanitized()) })
	for i := range h.hourly {
		h.hourly[i] = h.hourly[i][:0]
	}
	for i, r := range slices.Backward(readings) {
		h.append(end.Add(-time.Duration(i+1)*time.Hour), r)
	}
	for i, hours := range h.hourly {
		h.means[i] = meanOf(hours)
	}
	h.end = end
}

// append adds an hour, and returns which of the week it is.
func (h *weekHistory) append(start time.Time, r Reading) int64 {
	hour := hourTraffic{start: start.Unix(), known: r.Coverage >= knownHour}
	if hour.known {
		hour.events = r.Total / r.Coverage
	}
	i := hourOfWeek(start)
	h.hourly[i] = append(h.hourly[i], hour)
	return i
}

// forget drops the hour that begins at a time, which is the oldest, and returns which of
// the week it is.
func (h *weekHistory) forget(start time.Time) int64 {
	i := hourOfWeek(start)
	if hours := h.hourly[i]; len(hours) > 0 && hours[0].start == start.Unix() {
		h.hourly[i] = append(hours[:0], hours[1:]...)
	}
	return i
}
