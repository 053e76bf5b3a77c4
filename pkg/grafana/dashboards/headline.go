package dashboards

import (
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/table"

	"github.com/promise-slo/promise-slo-datasource/pkg/api"
)

// headline returns a panel of some fields of an objective's status as large texts.
func (s source) headline(title, description string, fields ...string) *stat.PanelBuilder {
	return newStat(title, description).
		WithTarget(s.query("A", ofObjective(api.Status))).
		WithTransformation(only(fields)).
		NoValue(noSLO).
		Text(common.NewVizTextDisplayOptionsBuilder().TitleSize(13).ValueSize(22))
}

// statePanel returns a panel of the state and of what fires.
func (s source) statePanel() *stat.PanelBuilder {
	return s.headline("State", "The state, and whether an alert fires: Page calls somebody, Ticket can wait for the day.", "State", "Firing").
		Orientation(common.VizOrientationHorizontal).
		ColorMode(common.BigValueColorModeBackgroundSolid).
		OverrideByName("State", with(property("displayName", "State"), stateWords())).
		OverrideByName("Firing", with(property("displayName", "Fires"), firingWords()))
}

// sliPanel returns a panel of the SLI beside its target.
func (s source) sliPanel() *stat.PanelBuilder {
	return s.headline("SLI", "The share of good events in the window so far, and what was promised.", "SLI", "Target").
		Orientation(common.VizOrientationHorizontal)
}

// leftPanel returns a panel of what is left of the budget.
func (s source) leftPanel() *stat.PanelBuilder {
	return s.headline("Budget left", "What may still fail in the window: its share, in events, and as time of full outage at the traffic that is expected.",
		"Budget remaining", "Events left", "Outage left").
		OverrideByName("Budget remaining", with(property("displayName", "Share"))).
		OverrideByName("Events left", with(property("displayName", "Events"), property("decimals", 0))).
		OverrideByName("Outage left", with(property("displayName", "Full outage")))
}

// exhaustionPanel returns a panel of when nothing is left.
func (s source) exhaustionPanel() *stat.PanelBuilder {
	return s.headline("Runs out", "When nothing is left: at this rate while an alert condition holds, otherwise as projected.", "Runs out").
		OverrideByName("Runs out", with(moment, property("displayName", " "), property("noValue", "Not in sight")))
}

// policyPanel returns a panel of what the error budget policy asks for now.
func (s source) policyPanel() *table.PanelBuilder {
	return newTable("Policy", "What the error budget policy of the promise asks for at the budget that is left.").
		WithTarget(s.query("A", ofObjective(api.Status))).
		WithTransformation(only([]string{"Policy action"})).
		ShowHeader(false).
		NoValue(noSLO).
		OverrideByName("Policy action", with(wrapped, property("noValue", "Nothing now")))
}

// forecastPanel returns a panel of what may come, and how far that can be trusted.
func (s source) forecastPanel() *stat.PanelBuilder {
	return s.headline("What may come", "The chance that the budget runs out: by the end of the window or within the length of a rolling one, and within a week. "+
		"When it runs out if things go badly (one time in ten) and if they go well (nine in ten). How many of the outcomes of past forecasts lay in the band; 80 % is right.",
		"Chance of a miss", "Chance of a miss within a week", "Runs out at the earliest", "Runs out at the latest", "Past outcomes in the band").
		Orientation(common.VizOrientationHorizontal).
		Text(common.NewVizTextDisplayOptionsBuilder().TitleSize(12).ValueSize(20)).
		OverrideByName("Chance of a miss within a week", with(property("displayName", "Within a week"))).
		OverrideByName("Runs out at the earliest", with(moment, property("displayName", "Runs out, if it goes badly"), property("noValue", "Not in sight"))).
		OverrideByName("Runs out at the latest", with(moment, property("displayName", "Runs out, if it goes well"), property("noValue", "Not in sight"))).
		OverrideByName("Past outcomes in the band", with(property("displayName", "Past outcomes in the band"), property("noValue", "Too little history")))
}
