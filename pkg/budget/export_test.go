package budget

import (
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Names that tests outside the package need.
const (
	DefaultStep = defaultStep
)

// Earlier and Later return one of two times.
var (
	Earlier = earlier
	Later   = later
)

// Traffic is the assumed traffic of a week.
type Traffic = traffic

// WeeklyTraffic returns the traffic that is assumed after earlier weeks.
func WeeklyTraffic(a Account, loc *time.Location, now time.Time, mean float64) *Traffic {
	return weeklyTraffic(a, loc, now, mean)
}

// NewTraffic returns traffic of so many events in each hour of the week.
func NewTraffic(hourly func(hour int) float64, loc *time.Location, origin time.Time) *Traffic {
	t := &traffic{loc: loc, origin: origin.Unix() / weekSeconds * weekSeconds}
	for i := range t.hourly {
		t.hourly[i] = hourly(i)
	}
	return t.addUp()
}

// Between returns the number of events that are expected.
func (t *Traffic) Between(from, to time.Time) float64 { return t.between(from, to) }

// Coverage returns the coverage since the first data.
func (e *Evaluation) Coverage() (coverage float64, ok bool) { return e.coverage() }

// ContributorsTo returns the contributors to a budget.
func ContributorsTo(whole Account, parts map[string]Account, from, to time.Time, budget Value, top int) []Contribution {
	return contributors(whole, parts, from, to, budget, top)
}

// NewAlert returns an alert condition evaluated at a moment.
func NewAlert(c slo.BurnCondition, a Account, target float64, fresh time.Time) Alert {
	return newAlert(c, a, target, fresh)
}

// NewKnots returns the steps of an account between two times, which are walked fast.
func NewKnots(a Account, from, to time.Time) Account { return newKnots(a, from, to) }

// WeekHistory is the traffic of earlier weeks.
type WeekHistory = weekHistory

// NewWeekHistory returns the history of an account.
func NewWeekHistory(a Account, loc *time.Location) *WeekHistory {
	return &weekHistory{account: a, loc: loc}
}

// Traffic returns what is assumed to come after a moment.
func (h *weekHistory) Traffic(now time.Time, mean float64) *Traffic { return h.traffic(now, mean) }
