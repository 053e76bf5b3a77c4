package dashboards

import (
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// The colors behind words: what is well has none, and the worst is the loudest. White
// has a contrast of at least 4.5 on the dark ones, and people who cannot tell red from
// green can tell them apart by lightness.
const (
	quiet        = "transparent"
	tinted       = "rgba(250, 180, 20, 0.22)"
	tintedBlue   = "rgba(60, 130, 240, 0.25)"
	tintedPurple = "rgba(160, 90, 220, 0.25)"
	strong       = "#9A5B00"
	loudest      = "#C4162A"
	unknown      = "#7D2EA8"
)

// word describes how a value of a field is shown.
type word struct{ value, text, color string }

// words returns the property that shows values as words.
func words(all ...word) dashboard.DynamicConfigValue {
	options := object{}
	for i, w := range all {
		options[w.value] = object{"text": w.text, "color": w.color, "index": i}
	}
	return property("mappings", []object{
		{"type": "value", "options": options},
		{"type": "special", "options": object{"match": "null+nan", "result": object{"text": "–", "color": quiet, "index": len(all)}}},
	})
}

// stateWords returns how states are shown.
func stateWords() dashboard.DynamicConfigValue {
	return words(
		word{string(budget.StateNoData), "No data", unknown},
		word{string(budget.StateExhausted), "Exhausted", loudest},
		word{string(budget.StateBurning), "Burning", strong},
		word{string(budget.StateAtRisk), "At risk", tinted},
		word{string(budget.StateOK), "OK", quiet},
	)
}

// firingWords returns how the severity that fires is shown.
func firingWords() dashboard.DynamicConfigValue {
	return words(word{string(slo.Page), "Page", loudest}, word{string(slo.Ticket), "Ticket", strong})
}

// flagWords returns how a yes or no is shown, of which one stands out.
func flagWords(yes, no string, bad bool) dashboard.DynamicConfigValue {
	color := map[bool]string{bad: "orange", !bad: "text"}
	return words(word{"true", yes, color[true]}, word{"false", no, color[false]})
}

// alarm returns the property that gives a number of 1 and more a color.
func alarm(color string) dashboard.DynamicConfigValue {
	return thresholds(quiet, threshold{1, color})
}

// threshold describes a color that applies from a value on.
type threshold struct {
	from  float64
	color string
}

// thresholds returns the property that gives numbers colors: one below all thresholds.
func thresholds(below string, all ...threshold) dashboard.DynamicConfigValue {
	steps := []object{{"color": below, "value": nil}}
	for _, t := range all {
		steps = append(steps, object{"color": t.color, "value": t.from})
	}
	return property("thresholds", object{"mode": "absolute", "steps": steps})
}
