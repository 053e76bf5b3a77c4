package forecast

import (
	"sync"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// Evaluation evaluates an account whose budget runs out as its forecast says, unless an
// alert condition holds.
type Evaluation struct {
	*budget.Evaluation
	ahead func() *Forecast
}

// Evaluate returns the evaluation of an entry at now. Its forecast is taken from ahead
// when it is first asked for; ahead may return nil.
func Evaluate(e budget.Entry, now time.Time, o budget.Options, ahead func() *Forecast) Evaluation {
	ahead = sync.OnceValue(ahead)
	o.RunsOut = func() (at *time.Time, ok bool) {
		if f := ahead(); f != nil && f.Known() {
			return f.Dates.P50, true
		}
		return nil, false
	}
	return Evaluation{Evaluation: e.At(now, o), ahead: ahead}
}

// Forecast returns the forecast, nil where too little is known for one.
func (e Evaluation) Forecast() *Forecast {
	if !e.Known() {
		return nil
	}
	if f := e.ahead(); f != nil && f.Known() {
		return f
	}
	return nil
}
