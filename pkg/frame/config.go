package frame

import (
	"math"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// The colours of thresholds and states are names that Grafana's themes know.
const (
	green  = "green"
	yellow = "yellow"
	orange = "orange"
	red    = "red"
	grey   = "text"
)

// named is a field with a name for people.
func named(name string) *data.FieldConfig { return &data.FieldConfig{DisplayNameFromDS: name} }

func unit(name, unit string, decimals uint16) *data.FieldConfig {
	return (&data.FieldConfig{DisplayNameFromDS: name, Unit: unit}).SetDecimals(decimals)
}

// share is a part of one, shown in per cent.
func share(name string, decimals uint16) *data.FieldConfig {
	return unit(name, "percentunit", decimals)
}

// target is shown with all of its nines.
func target() *data.FieldConfig {
	return &data.FieldConfig{DisplayNameFromDS: "Target", Unit: "percentunit"}
}

// events is a number of events.
func events(name string) *data.FieldConfig {
	return &data.FieldConfig{DisplayNameFromDS: name, Unit: "short"}
}

// moment is a time for people.
func moment(name string) *data.FieldConfig {
	return &data.FieldConfig{DisplayNameFromDS: name, Unit: "dateTimeAsIso"}
}

// remaining is the share of the budget that is left.
func remaining(name string) *data.FieldConfig {
	config := share(name, 1)
	config.Thresholds = thresholds(red, data.NewThreshold(0, orange, ""), data.NewThreshold(budget.LittleRemaining, green, ""))
	return config
}

// burnRate is the speed at which the budget is consumed.
func burnRate(name string) *data.FieldConfig {
	config := unit(name, "short", 2)
	config.Thresholds = thresholds(green, data.NewThreshold(1, orange, ""))
	return config
}

// alertValue fires above 1.
func alertValue(name string) *data.FieldConfig {
	config := unit(name, "short", 2)
	config.Thresholds = thresholds(green, data.NewThreshold(1, red, ""))
	return config
}

// sliAgainst is the share of good events, judged by a target.
func sliAgainst(name string, target float64) *data.FieldConfig {
	config := share(name, 3)
	config.Thresholds = thresholds(red, data.NewThreshold(target, green, ""))
	return config
}

func thresholds(base string, steps ...data.Threshold) *data.ThresholdsConfig {
	first := data.NewThreshold(math.Inf(-1), base, "")
	return &data.ThresholdsConfig{Mode: data.ThresholdsModeAbsolute, Steps: append([]data.Threshold{first}, steps...)}
}

// state shows states as words with colours.
func state() *data.FieldConfig {
	config := named("State")
	config.Mappings = data.ValueMappings{data.ValueMapper{
		string(budget.StateOK):        {Text: "OK", Color: green, Index: 0},
		string(budget.StateAtRisk):    {Text: "At risk", Color: yellow, Index: 1},
		string(budget.StateBurning):   {Text: "Burning", Color: orange, Index: 2},
		string(budget.StateExhausted): {Text: "Exhausted", Color: red, Index: 3},
		string(budget.StateNoData):    {Text: "No data", Color: grey, Index: 4},
	}}
	return config
}
