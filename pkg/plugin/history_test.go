package plugin

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
	"github.com/promise-slo/promise-slo-datasource/pkg/forecast"
	"github.com/promise-slo/promise-slo-datasource/pkg/frame"
)

// forecastOf returns what a query of a type says of the forecast of the SLO rolling.
func forecastOf(t *testing.T, d *Datasource, at time.Time) *forecast.Summary {
	t.Helper()
	q := twoDays(t, "A", map[string]any{"queryType": "projection", "slos": "rolling"})
	q.TimeRange = backend.TimeRange{From: at.Add(-2 * day), To: at}
	r := d.respond(t.Context(), q, false)
	if r.Error != nil || len(r.Frames) == 0 {
		t.Fatalf("%d frames, %v", len(r.Frames), r.Error)
	}
	for _, f := range r.Frames {
		if meta, ok := f.Meta.Custom.(frame.ProjectionMeta); ok && meta.Forecast != nil {
			return meta.Forecast
		}
		text, err := json.Marshal(f.Meta.Custom)
		if err != nil {
			t.Fatal(err)
		}
		var meta frame.ProjectionMeta
		if json.Unmarshal(text, &meta) == nil && meta.Forecast != nil {
			return meta.Forecast
		}
	}
	t.Fatal("there is no forecast")
	return nil
}

// openMoving returns a data source whose clock stands where the test sets it.
func openMoving(t *testing.T, settings backend.DataSourceInstanceSettings) (d *Datasource, set func(time.Time)) {
	t.Helper()
	var at atomic.Pointer[time.Time]
	set = func(t time.Time) { at.Store(&t) }
	set(now)
	instance, err := factory(func() time.Time { return *at.Load() })(t.Context(), settings)
	if err != nil {
		t.Fatal(err)
	}
	d = instance.(*Datasource)
	t.Cleanup(d.Dispose)
	return d, set
}

// awaitCalibration waits for the calibration of what forecastOf returns.
func awaitCalibration(t *testing.T, d *Datasource, at time.Time) forecast.Calibration {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if c := forecastOf(t, d, at).Calibration; c != nil {
			return *c
		}
	}
	t.Fatal("there is no calibration")
	return forecast.Calibration{}
}

// A forecast that nobody asked targets for rests on the history all the same, once it is
// filled; until then it says so, and stands for its ten minutes.
func TestForecastsComeToRestOnHistory(t *testing.T) {
	const start = "2026-05-03T23:00:00Z" // the first data, see weeks
	server := promtest.Start(t, weeks)
	d, set := openMoving(t, source(t, server.URL, inline(weeklyDefinitions)))
	young := forecastOf(t, d, now)
	if young.HistoryDays > 9.1 || !strings.Contains(young.Notice, "Rests on 9 days so far") || young.Calibration != nil {
		t.Errorf("at first it rests on %v days, %q, calibrated %+v", young.HistoryDays, young.Notice, young.Calibration)
	}
	if err := d.ledgers.FillHistory(t.Context()); err != nil {
		t.Fatal(err)
	}
	if again := forecastOf(t, d, now); again.HistoryDays != young.HistoryDays || again.MissChance != young.MissChance {
		t.Errorf("within ten minutes it changes from %+v to %+v", young, again)
	}
	later := now.Add(forecastAge)
	set(later)
	old := forecastOf(t, d, later)
	first, err := time.Parse(time.RFC3339, start)
	if err != nil {
		t.Fatal(err)
	}
	if want := now.Sub(first).Hours() / 24; old.HistoryDays < want-0.2 || old.HistoryDays > want+0.2 || old.Notice != "" {
		t.Errorf("later it rests on %v days, %q, want %v", old.HistoryDays, old.Notice, want)
	}
	if c := awaitCalibration(t, d, later); !c.Enough || c.Outcomes < 20 {
		t.Errorf("the calibration is %+v", c)
	}
}

// Only what was asked for by itself is extended, unless the settings say not to.
func TestHistoryIsOnlyForForecasts(t *testing.T) {
	server := promtest.Start(t, weeks)
	oldest := now.Add(-9 * day)
	for name, test := range map[string]struct {
		limits map[string]any
		query  map[string]any
		asked  bool
	}{
		"status":       {query: map[string]any{"queryType": "status"}, asked: true},
		"a grouping":   {query: map[string]any{"queryType": "status", "groupBy": []string{"code"}}},
		"a filter":     {query: map[string]any{"queryType": "status", "filters": []map[string]string{{"key": "instance", "operator": "=", "value": "a"}}}},
		"a chart":      {query: map[string]any{"queryType": "sli"}},
		"a burn alert": {query: map[string]any{"queryType": "burnAlert"}},
		"turned off":   {query: map[string]any{"queryType": "status"}, limits: map[string]any{"forecastHistory": "0d"}},
		"set shorter":  {query: map[string]any{"queryType": "status"}, limits: map[string]any{"forecastHistory": "7d"}},
	} {
		t.Run(name, func(t *testing.T) {
			proxy := countRequests(t, server.URL)
			var old atomic.Int64
			proxy.check = func(_ *http.Request, body string) bool {
				form, err := url.ParseQuery(body)
				start, parseErr := strconv.ParseFloat(form.Get("start"), 64)
				if err == nil && parseErr == nil && int64(start) < oldest.Unix() {
					old.Add(1)
				}
				return true
			}
			s := source(t, proxy.URL, inline(weeklyDefinitions))
			s.JSONData = written(t, map[string]any{"definitions": DefinitionSettings{Source: sourceInline, Inline: weeklyDefinitions}, "limits": test.limits})
			d := open(t, s)
			test.query["slos"] = "rolling"
			if r := ask(t.Context(), t, d, test.query, nil); r.Error != nil {
				t.Fatal(r.Error)
			}
			if err := d.ledgers.FillHistory(t.Context()); err != nil {
				t.Fatal(err)
			}
			if (old.Load() > 0) != test.asked {
				t.Errorf("%d requests go back further than the window", old.Load())
			}
		})
	}
}
