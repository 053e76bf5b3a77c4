package frame

import (
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/accounts"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// severities are those for which there are values.
var severities = []budget.Severity{budget.Page, budget.Ticket}

// wanted says that the author did not turn the alerts of a severity off.
func (s subject) wanted(severity budget.Severity) bool {
	if severity == budget.Page {
		return !s.slo.Alerting.Page.Disabled
	}
	return !s.slo.Alerting.Ticket.Disabled
}

// BurnAlert has a number for each objective, label set and severity: that of
// the worst alert condition, which holds above 1. It is null, never 0, where
// there is no data, and absent where the author turned that severity's alerts
// off. A broken definition has nulls as well, so that an alert rule about it
// says "no data" and does not fall silent.
func BurnAlert(entries []accounts.Entry, p Params) data.Frames {
	var frames data.Frames
	for _, e := range entries {
		frames = append(frames, verdicts(subjectOf(e), alerts(e, p))...)
	}
	for _, b := range p.Broken {
		frames = append(frames, verdicts(b.subject(), nil)...)
	}
	return answer(frames, data.FrameTypeNumericMulti, entries, p)
}

func alerts(e accounts.Entry, p Params) []budget.Alert {
	if e.Account == nil {
		return nil
	}
	return budget.Evaluate(e.Account, e.Terms(), p.now(), p.options()).Alerts
}

func verdicts(s subject, alerts []budget.Alert) data.Frames {
	var frames data.Frames
	for _, severity := range severities {
		if !s.wanted(severity) {
			continue
		}
		name := string(severity)
		value := budget.Worst(alerts, severity).Ptr()
		field := data.NewField("burnAlert", s.labels("severity", name), []*float64{value}).SetConfig(alertValue(s.name(name)))
		frames = append(frames, typed(data.NewFrame("", field), data.FrameTypeNumericMulti))
	}
	return frames
}
