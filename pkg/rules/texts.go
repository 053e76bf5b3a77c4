package rules

import (
	"fmt"
	"maps"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
)

// dashboard is the path of the dashboard of one SLO.
const dashboard = "/d/promise-slo"

// text is what an alert says, as templates of Prometheus.
type text struct{ summary, description string }

func (s subject) burningText(r budget.Rule) text {
	share := r.Factor * float64(r.Long) / float64(s.window)
	return text{
		summary: s.title() + ` burns its error budget {{ $value | printf "%.1f" }} times too fast`,
		description: fmt.Sprintf(`Over the last %[1]s bad %[2]s were {{ $value | printf "%%.1f" }} times as many as a target of %[3]s allows, `+
			`and over the last %[4]s more than %[5]s times. While this goes on, every %[1]s takes at least %[6]s of the error budget of %[7]s%[8]s.`,
			duration(r.Long), s.events(), percent(s.objective.Target),
			duration(r.Short), number(r.Factor), percent(roughly(share)), s.slo.Window.Period, s.lasting(r)),
	}
}

// lasting is how long a full budget lasts at the rate that is too fast.
func (s subject) lasting(r budget.Rule) string {
	if r.Factor <= 1 {
		return ""
	}
	left := time.Duration(float64(s.window) / r.Factor)
	return fmt.Sprintf(", and all of it in less than %s", duration(left.Round(time.Minute)))
}

func (s subject) missingText() text {
	return text{
		summary: s.title() + " has no data",
		description: fmt.Sprintf("Nothing was recorded for %s: no series of its queries had a sample, a histogram lacks the bucket of its bound, "+
			"or the rule fails. Whether the target of %s is met is not known.", duration(silence), percent(s.objective.Target)),
	}
}

func (s subject) spentText() text {
	return text{
		summary: s.title() + " has spent its error budget",
		description: fmt.Sprintf(`In what was recorded of the last %s, bad %s were {{ $value | humanizePercentage }} of what a target of %s allows.`,
			s.slo.Window.Period, s.events(), percent(s.objective.Target)),
	}
}

// events is what the budget counts.
func (s subject) events() string {
	if s.objective.Slices != nil {
		return "time slices"
	}
	return "events"
}

// title is the objective's name for people, with the group that it is about.
func (s subject) title() string {
	parts := []string{plain(s.slo.Title())}
	if len(s.slo.Objectives) > 1 {
		name := s.objective.DisplayName
		if name == "" {
			name = s.objective.Name
		}
		parts = append(parts, plain(name))
	}
	for _, group := range s.plan.GroupBy {
		parts = append(parts, fmt.Sprintf("{{ index $labels %q }}", promql.RecordedLabel(group)))
	}
	return strings.Join(parts, " · ")
}

// annotations are the alert's text and links. The author's take precedence.
func (s subject) annotations(severity budget.Severity, t text) map[string]string {
	all := map[string]string{"summary": t.summary, "description": t.description}
	if p := s.slo.PromiseOf(s.objective); p != nil && p.Links.Runbook != "" {
		all["runbook_url"] = plain(p.Links.Runbook)
	}
	if s.opts.GrafanaURL != "" {
		query := url.Values{"var-slo": {s.slo.Name}, "from": {"now-1d"}, "to": {"now"}}
		all["dashboard_url"] = plain(strings.TrimRight(s.opts.GrafanaURL, "/") + dashboard + "?" + query.Encode())
	}
	maps.Copy(all, s.slo.Alerting.Annotations)
	maps.Copy(all, s.alert(severity).Annotations)
	return all
}

// plain is text that Prometheus must not take for a template.
func plain(s string) string { return strings.ReplaceAll(s, "{{", `{{"{{"}}`) }

func number(v float64) string { return strconv.FormatFloat(roughly(v), 'g', -1, 64) }

// roughly is the number with as many digits as people want to read.
func roughly(v float64) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 3, 64), 64)
	if err != nil {
		return v
	}
	return r
}
