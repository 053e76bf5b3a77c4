package plugin

import (
	"hash/fnv"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/forecast"
	"github.com/promise-slo/promise-slo-datasource/pkg/guard"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
)

const (
	// forecastAge and calibrationAge are how long a forecast and a calibration stand.
	forecastAge    = 10 * time.Minute
	calibrationAge = 12 * time.Hour
	// mostForecasts bounds how many forecasts are remembered, of about 3 KiB each, and how
	// many calibrations.
	mostForecasts = 4000
	// mostWaiting bounds how many calibrations wait to be made.
	mostWaiting = 1000
)

// forecasts remembers the forecasts and calibrations of accounts. A forecast is made
// again every ten minutes, each account's at a time of its own, so that they are
// not all made at once, and replicas of the plugin have the same ones. Calibrations take
// tens of milliseconds: they are made one after another while nobody waits.
type forecasts struct {
	mu           sync.Mutex
	made         *recent[forecastKey, *forecast.Forecast]
	calibrations *recent[forecastKey, forecast.Calibration]
	// waiting lists the calibrations to make, the next first.
	waiting []calibration
	running bool
}

// forecastKey identifies what a forecast is about and when it was made. since says
// from when on there is data, 0 if that is before the window: history that is filled
// later changes the next forecast, not this one.
type forecastKey struct {
	origin    ledger.Origin
	target    float64
	window    string
	since, at int64
}

// calibration is one that is to be made.
type calibration struct {
	key     forecastKey
	account budget.Account
	terms   budget.Terms
	at      time.Time
}

func newForecasts() *forecasts {
	return &forecasts{
		made:         newRecent[forecastKey, *forecast.Forecast](mostForecasts),
		calibrations: newRecent[forecastKey, forecast.Calibration](mostForecasts),
	}
}

// keyOf returns the key of an entry's forecast; ok is false for accounts that are not
// remembered.
func keyOf(e budget.Entry, at time.Time) (key forecastKey, ok bool) {
	curve, ok := e.Account.(*ledger.Curve)
	if !ok || curve.Origin() == (ledger.Origin{}) {
		return key, false
	}
	key = forecastKey{
		origin: curve.Origin(), target: e.Objective.Target, window: e.SLO.Window.String(), at: at.UnixMilli(),
	}
	if since := curve.Since(); since.After(e.Terms().Reach(at)) {
		key.since = since.UnixMilli()
	}
	return key, true
}

// lastOf returns when what is made at intervals was made last for an entry.
func lastOf(e budget.Entry, now time.Time, interval time.Duration) time.Time {
	h := fnv.New64a()
	for _, part := range []string{e.SLO.ID(), e.Objective.Name, e.Labels.String()} {
		_, _ = io.WriteString(h, part+"\x00")
	}
	offset := time.Duration(h.Sum64() % uint64(interval))
	return now.Add(-offset).Truncate(interval).Add(offset)
}

// Forecast implements frame.Forecasts.
func (f *forecasts) Forecast(e budget.Entry, now time.Time) *forecast.Forecast {
	at := lastOf(e, now, forecastAge)
	key, ok := keyOf(e, at)
	if !ok {
		return forecast.AsKnown(e.Account, e.Terms(), now, forecast.Options{})
	}
	f.mu.Lock()
	made, ok := f.made.get(key)
	f.mu.Unlock()
	if ok {
		return made
	}
	made = forecast.AsKnown(e.Account, e.Terms(), at, forecast.Options{}).Brief()
	if e.Growing {
		made = made.SoFar()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.made.put(key, made)
	return made
}

// Calibration implements frame.Forecasts. What is not known is made soon, or once the
// history that it is to rest on has been filled.
func (f *forecasts) Calibration(e budget.Entry, now time.Time) (c forecast.Calibration, ok bool) {
	at := lastOf(e, now, calibrationAge)
	key, ok := keyOf(e, at)
	if !ok {
		return c, false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if c, ok = f.calibrations.get(key); !ok && !e.Growing {
		f.plan(calibration{key: key, account: e.Account, terms: e.Terms(), at: at})
	}
	return c, ok
}

// plan adds a calibration to those that wait, unless it does or they are too many. The
// caller holds the lock.
func (f *forecasts) plan(c calibration) {
	waits := slices.ContainsFunc(f.waiting, func(other calibration) bool { return other.key == c.key })
	if waits || len(f.waiting) >= mostWaiting {
		return
	}
	f.waiting = append(f.waiting, c)
	if !f.running {
		f.running = true
		go f.run()
	}
}

// run makes the calibrations that wait. One that panics has said nothing.
func (f *forecasts) run() {
	for {
		next, ok := f.next()
		if !ok {
			return
		}
		var made forecast.Calibration
		_ = guard.Func(func() error {
			made = forecast.Calibrate(forecast.Until(next.account, next.at), next.terms, next.at, forecast.Options{})
			return nil
		})()
		f.mu.Lock()
		f.calibrations.put(next.key, made)
		f.waiting = f.waiting[1:]
		f.mu.Unlock()
	}
}

// next returns the calibration to make. Without one, nothing runs any more.
func (f *forecasts) next() (c calibration, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.waiting) == 0 {
		f.running, f.waiting = false, nil
		return c, false
	}
	return f.waiting[0], true
}

// stop forgets the calibrations that wait.
func (f *forecasts) stop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.waiting = f.waiting[:min(len(f.waiting), 1)]
}
