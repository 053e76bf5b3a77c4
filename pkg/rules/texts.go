package rules

import (
	"fmt"
	"maps"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/grouplabel"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// dashboard points to the dashboard of one SLO.
const dashboard = "/d/promise-slo"

// text holds the texts of an alert, as templates of Prometheus.
type text struct{ summary, description string }

func (s subject) burnText(c slo.BurnCondition) text {
	long, rate := duration(c.Long), number(c.BurnRate)
	share := c.BurnRate * float64(c.Long) / float64(s.window)
	lasts := time.Duration(float64(s.window) / c.BurnRate)
	return text{
		summary: s.title(s.groups()...) + ` is burning its error budget at {{ $value | printf "%.1f" }} times the sustainable rate`,
		description: fmt.Sprintf(`Over the last %s, bad %s were {{ $value | printf "%%.1f" }} times as many as a target of %s allows. `+
			`This alert fires above %s if the last %s are above it too. At a burn rate of %s, %s consumes about %s %% of the error budget of %s; at that rate the budget is gone in %s.`,
			long, s.events(), human.Target(s.objective.Target),
			rate, duration(c.Short), rate, long, number(100*share), s.slo.Window.Period, duration(lasts.Round(time.Hour))),
	}
}

func (s subject) noDataText() text {
	return text{
		summary: s.title() + " has no data",
		description: fmt.Sprintf("Nothing was recorded for %s: no series of its queries had a sample, a histogram lacks the bucket of its bound, "+
			"or the rule fails. Whether the target of %s is met is not known.", duration(budget.MaxDataAge), human.Target(s.objective.Target)),
	}
}

func (s subject) exhaustionText() text {
	return text{
		summary: s.title(s.groups()...) + " has exhausted its error budget",
		description: fmt.Sprintf(`In what was recorded of the last %s, bad %s were {{ $value | humanizePercentage }} of what a target of %s allows.`,
			s.slo.Window.Period, s.events(), human.Target(s.objective.Target)),
	}
}

// events names what the budget counts.
func (s subject) events() string {
	if s.objective.Slices != nil {
		return "time slices"
	}
	return "events"
}

// title returns the SLO's name for people, with its objective where there are
// several.
func (s subject) title(more ...string) string {
	parts := []string{plain(s.slo.Title())}
	if len(s.slo.Objectives) > 1 {
		parts = append(parts, plain(s.objective.Title()))
	}
	return strings.Join(append(parts, more...), " · ")
}

// groups returns the values of the grouping labels, as the alert has them.
func (s subject) groups() []string {
	var all []string
	for _, group := range s.plan.GroupBy {
		all = append(all, fmt.Sprintf("{{ index $labels %q }}", grouplabel.Name(group)))
	}
	return all
}

// annotations returns the alert's texts and links. The author's take precedence.
func (s subject) annotations(severity slo.Severity, t text) map[string]string {
	all := map[string]string{"summary": t.summary, "description": t.description}
	if s.slo.Identity != "" {
		all["description"] += " The SLO is " + plain(s.slo.StableID()) + "."
	}
	if s.plan.Estimate != "" {
		all["description"] += " " + plain(s.plan.Estimate)
	}
	if p := s.slo.PromiseOf(s.objective); p != nil && p.Links.Runbook != "" {
		all["runbook_url"] = plain(p.Links.Runbook)
	}
	if s.opts.GrafanaURL != "" {
		query := url.Values{"var-slo": {s.slo.StableID()}, "from": {"now-1d"}, "to": {"now"}}
		all["dashboard_url"] = plain(strings.TrimRight(s.opts.GrafanaURL, "/") + dashboard + "?" + query.Encode())
	}
	maps.Copy(all, s.slo.Alerting.Annotations)
	maps.Copy(all, s.alert(severity).Annotations)
	for name, value := range all {
		all[name] = strings.TrimLeft(value, " \n") // see outdent
	}
	return all
}

// plain escapes a text that Prometheus must not take for a template.
func plain(s string) string { return strings.ReplaceAll(s, "{{", `{{"{{"}}`) }

// number writes a number with as many digits as people want to read.
func number(v float64) string { return strconv.FormatFloat(significant(v, 3), 'g', -1, 64) }
