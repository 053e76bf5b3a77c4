package frame

import (
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/forecast"
)

// Forecasts remembers forecasts, which take milliseconds each.
type Forecasts interface {
	// Forecast returns the forecast of an entry with an account, which may have been
	// made some minutes before now.
	Forecast(e budget.Entry, now time.Time) *forecast.Forecast
	// Calibration returns how such forecasts did; ok is false while that is not known.
	Calibration(e budget.Entry, now time.Time) (c forecast.Calibration, ok bool)
}

// forecastOf returns the forecast of an entry, nil without an account.
func (p Params) forecastOf(e budget.Entry) *forecast.Forecast {
	switch {
	case e.Account == nil:
		return nil
	case p.Forecasts == nil:
		return forecast.AsKnown(e.Account, e.Terms(), p.now(), forecast.Options{})
	}
	return p.Forecasts.Forecast(e, p.now())
}

// calibrationOf returns how forecasts of an entry did; ok is false while that is not
// known.
func (p Params) calibrationOf(e budget.Entry) (c forecast.Calibration, ok bool) {
	switch {
	case e.Account == nil:
		return c, false
	case p.Forecasts == nil:
		return forecast.Calibrate(e.Account, e.Terms(), p.now(), forecast.Options{}), true
	}
	return p.Forecasts.Calibration(e, p.now())
}

// evaluateAhead returns the evaluation of an entry at the moment of the question, with
// its forecast.
func (p Params) evaluateAhead(e budget.Entry) forecast.Evaluation {
	return forecast.Evaluate(e, p.now(), p.options(), func() *forecast.Forecast { return p.forecastOf(e) })
}

// summaryOf returns the forecast of an evaluation of an entry, and how such ones did; nil
// where too little is known.
func (p Params) summaryOf(e budget.Entry, now forecast.Evaluation) *forecast.Summary {
	f := now.Forecast()
	if f == nil {
		return nil
	}
	summary := f.Summary()
	if c, ok := p.calibrationOf(e); ok {
		summary.Calibration = &c
	}
	return &summary
}

// evaluate returns the evaluation of an entry at the moment of the question.
func (p Params) evaluate(e budget.Entry) *budget.Evaluation { return p.evaluateAhead(e).Evaluation }
