package forecast

import (
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// Summary describes a forecast without its bands, as scripts read it. What is not known
// is null.
type Summary struct {
	// When it was made.
	At time.Time `json:"at"`
	// Chance, 0 to 1, that the budget runs out: by the end of the window or within the
	// length of a rolling one, within a week, and within a day.
	MissChance     budget.Value `json:"missChance"`
	MissChanceWeek budget.Value `json:"missChanceWeek"`
	MissChanceDay  budget.Value `json:"missChanceDay"`
	// When it has run out with a chance of 10, 50 and 90 %, null if it has not.
	ExhaustsP10 *time.Time `json:"exhaustsP10"`
	ExhaustsP50 *time.Time `json:"exhaustsP50"`
	ExhaustsP90 *time.Time `json:"exhaustsP90"`
	// Days of history it rests on.
	HistoryDays float64 `json:"historyDays"`
	// Sentence on why the forecast is a guess, or that earlier history is being filled;
	// empty otherwise.
	Notice string `json:"notice,omitempty"`
	// How past forecasts did, null while that is not known.
	Calibration *Calibration `json:"calibration"`
}

// Summary returns the summary of the forecast, without a calibration.
func (f *Forecast) Summary() Summary {
	return Summary{
		At: f.Now.UTC(), MissChance: f.Chances.Window, MissChanceWeek: f.Chances.Week, MissChanceDay: f.Chances.Day,
		ExhaustsP10: f.Dates.P10, ExhaustsP50: f.Dates.P50, ExhaustsP90: f.Dates.P90,
		HistoryDays: f.Basis.History.Hours() / 24, Notice: f.Basis.notice(),
	}
}
