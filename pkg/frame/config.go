package frame

import (
	"fmt"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// The colors of thresholds and states are names that Grafana's themes know.
// There is no green among them: people who cannot tell red from green can tell
// these apart, from the best to the worst by hue and by lightness.
const (
	blue   = "semi-dark-blue"
	yellow = "yellow"
	orange = "orange"
	red    = "dark-red"
	purple = "purple"
)

// display returns the config of a field with a name for people.
func display(name string) *data.FieldConfig { return &data.FieldConfig{DisplayNameFromDS: name} }

// mappedTo returns the config of values that are shown as other texts, with colors.
func mappedTo(name string, mapper data.ValueMapper) *data.FieldConfig {
	config := display(name)
	config.Mappings = data.ValueMappings{mapper}
	return config
}

func inUnit(name, unit string, decimals uint16) *data.FieldConfig {
	return (&data.FieldConfig{DisplayNameFromDS: name, Unit: unit}).SetDecimals(decimals)
}

// share returns the config of a part of one, shown in percent.
func share(name string, decimals uint16) *data.FieldConfig {
	return inUnit(name, "percentunit", decimals)
}

// target returns a column with all of the nines of all of the targets: 99.95 %
// must not become 100 %.
func target[R any](name, title string, rows []R, of func(R) *float64) column[R] {
	var decimals uint16
	for _, r := range rows {
		if t := of(r); t != nil {
			decimals = max(decimals, targetDecimals(*t))
		}
	}
	return col(name, share(title, decimals), of)
}

// targetDecimals returns the number of decimals of a target in percent, at most maxDecimals.
func targetDecimals(target float64) uint16 {
	const maxDecimals = 6
	return uint16(min(human.Decimals(target), maxDecimals))
}

// count returns the config of a number of events.
func count(name string) *data.FieldConfig {
	return &data.FieldConfig{DisplayNameFromDS: name, Unit: "short"}
}

// minutes returns the config of a length of time in minutes.
func minutes(name string) *data.FieldConfig { return inUnit(name, "m", 0) }

// firing returns the config of the severity that fires, shown as a word with a color.
func firing() *data.FieldConfig {
	return mappedTo("Firing", data.ValueMapper{
		string(slo.Page):   {Text: "Page", Color: red, Index: 0},
		string(slo.Ticket): {Text: "Ticket", Color: orange, Index: 1},
	})
}

// duration returns the config of a length of time in seconds.
func duration(name string) *data.FieldConfig {
	return &data.FieldConfig{DisplayNameFromDS: name, Unit: "s"}
}

// timestamp returns the config of a time for people.
func timestamp(name string) *data.FieldConfig {
	return &data.FieldConfig{DisplayNameFromDS: name, Unit: "dateTimeAsIso"}
}

// budgetRemaining returns the config of the share of the budget that remains.
func budgetRemaining(name string) *data.FieldConfig {
	config := share(name, 1)
	config.Thresholds = thresholds(red, data.NewThreshold(0, orange, ""), data.NewThreshold(budget.AtRiskRemaining, blue, ""))
	return config
}

// burnRate returns the config of a burn rate.
func burnRate(name string) *data.FieldConfig {
	config := inUnit(name, "short", 2)
	config.Thresholds = thresholds(blue, data.NewThreshold(1, orange, ""))
	return config
}

// burnRateOver returns the config of a burn rate over a lookback, with thresholds
// at the alert conditions that look back as far.
func burnRateOver(name string, conditions []slo.BurnCondition, lookback time.Duration) *data.FieldConfig {
	config := burnRate(name)
	colors := map[slo.Severity]string{slo.Ticket: orange, slo.Page: red}
	steps := []data.Threshold{data.NewThreshold(1, yellow, "")}
	for _, r := range conditions {
		if r.Long == lookback && r.BurnRate > 1 {
			steps = append(steps, data.NewThreshold(r.BurnRate, colors[r.Severity], ""))
		}
	}
	config.Thresholds = thresholds(blue, steps...)
	return config
}

// worstOf says in a config that each point is the worst of its step.
func worstOf(config *data.FieldConfig, what string, lookback, step time.Duration) *data.FieldConfig {
	config.Description = fmt.Sprintf("Each point is the %s over %s that ended within the %s before it", what, human.Duration(lookback), human.Duration(step))
	return config
}

// alertValue returns the config of an alert number, which fires above 1.
func alertValue(name string) *data.FieldConfig {
	config := inUnit(name, "short", 2)
	config.Thresholds = thresholds(blue, data.NewThreshold(1, red, ""))
	return config
}

// timeToExhaustion returns the config of the hours until the budget runs out.
func timeToExhaustion(name string) *data.FieldConfig {
	config := inUnit(name, "h", 1)
	config.Thresholds = thresholds(red, data.NewThreshold(0, orange, ""), data.NewThreshold(24, blue, ""))
	return config
}

// secondsToExhaustion returns the config of the seconds until the budget runs out.
func secondsToExhaustion(name string) *data.FieldConfig { return inUnit(name, "s", 0) }

// consumption returns the config of the share of the budget that is consumed.
func consumption(name string) *data.FieldConfig {
	config := share(name, 1)
	config.Thresholds = thresholds(blue, data.NewThreshold(1-budget.AtRiskRemaining, orange, ""), data.NewThreshold(1, red, ""))
	return config
}

// dataAge returns the config of the minutes since the last data, with a threshold
// where the state becomes no_data.
func dataAge(name string) *data.FieldConfig {
	config := inUnit(name, "m", 0)
	config.Thresholds = thresholds(blue, data.NewThreshold(budget.MaxDataAge.Minutes(), purple, ""))
	return config
}

// sliWithTarget returns the config of an SLI with a threshold at its target.
func sliWithTarget(name string, target float64) *data.FieldConfig {
	config := share(name, 3)
	config.Thresholds = thresholds(red, data.NewThreshold(target, blue, ""))
	return config
}

// lowest lies below every value that has thresholds. A panel puts a color of its
// own beneath thresholds that do not begin with minus infinity, which JSON
// cannot hold: if they began with null, all that is below the second would have
// the panel's color, and that is green.
const lowest = -1e6

func thresholds(base string, steps ...data.Threshold) *data.ThresholdsConfig {
	first := data.NewThreshold(lowest, base, "")
	return &data.ThresholdsConfig{Mode: data.ThresholdsModeAbsolute, Steps: append([]data.Threshold{first}, steps...)}
}

// state returns the config of states, shown as words with colors.
func state() *data.FieldConfig {
	return mappedTo("State", data.ValueMapper{
		string(budget.StateOK):        {Text: "OK", Color: blue, Index: 0},
		string(budget.StateAtRisk):    {Text: "At risk", Color: yellow, Index: 1},
		string(budget.StateBurning):   {Text: "Burning", Color: orange, Index: 2},
		string(budget.StateExhausted): {Text: "Exhausted", Color: red, Index: 3},
		string(budget.StateNoData):    {Text: "No data", Color: purple, Index: 4},
	})
}
