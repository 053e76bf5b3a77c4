package budget

import "time"

const (
	hoursOfWeek = 7 * 24
	weekSeconds = hoursOfWeek * 3600
	// weeksOfHistory bounds how far back the pattern of the week looks.
	weeksOfHistory = 4
	// knownHour is the minimum coverage of an hour that counts.
	knownHour = 0.5
)

// traffic holds the assumed number of future events: a rate for every hour of
// the week in a time zone.
type traffic struct {
	loc *time.Location
	// Events an hour; the week begins when the epoch does, on a Thursday. until
	// has their cumulative sum.
	hourly [hoursOfWeek]float64
	until  [hoursOfWeek + 1]float64
	// Second since the epoch from which weeks are counted, so that sums stay small
	// and differences exact.
	origin int64
}

// steadyTraffic returns traffic of the same number of events in every hour.
func steadyTraffic(hourly float64, loc *time.Location, now time.Time) *traffic {
	t := &traffic{loc: loc, origin: now.Unix() / weekSeconds * weekSeconds}
	for i := range t.hourly {
		t.hourly[i] = hourly
	}
	return t.addUp()
}

// weeklyTraffic returns the mean of the same hour in up to four earlier weeks
// that the account covers, scaled up where an hour was covered in part; the mean
// an hour stands in where there is no history.
func weeklyTraffic(a Account, loc *time.Location, now time.Time, mean float64) *traffic {
	h := weekHistory{account: a, loc: loc}
	return h.traffic(now, mean)
}

// addUp fills the cumulative sum.
func (t *traffic) addUp() *traffic {
	for i, n := range t.hourly {
		t.until[i+1] = t.until[i] + n
	}
	return t
}

// between returns the number of events expected in (from, to]. Clock changes split
// the interval, so that a lost hour is not counted and a repeated one twice.
func (t *traffic) between(from, to time.Time) float64 {
	sum := 0.
	for from.Before(to) {
		local := from.In(t.loc)
		_, end := local.ZoneBounds()
		if end.IsZero() || end.After(to) {
			end = to
		}
		_, offset := local.Zone()
		sum += t.by(end, offset) - t.by(from, offset)
		from = end
	}
	return max(0, sum)
}

// by returns the number of events from origin to a time at a zone's offset.
func (t *traffic) by(at time.Time, offset int) float64 {
	s := at.Unix() - t.origin + int64(offset)
	week := floorDiv(s, weekSeconds)
	s -= week * weekSeconds
	hour := s / 3600
	part := (float64(s%3600) + float64(at.Nanosecond())/1e9) / 3600
	return float64(week)*t.until[hoursOfWeek] + t.until[hour] + part*t.hourly[hour]
}

// startOfHour returns the start of t's hour on the clocks of its location.
func startOfHour(t time.Time) time.Time {
	_, offset := t.Zone()
	s := t.Unix() + int64(offset)
	return time.Unix(floorDiv(s, 3600)*3600-int64(offset), 0).In(t.Location())
}

func hourOfWeek(t time.Time) int64 {
	_, offset := t.Zone()
	hour := floorDiv(t.Unix()+int64(offset), 3600)
	return hour - floorDiv(hour, hoursOfWeek)*hoursOfWeek
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
