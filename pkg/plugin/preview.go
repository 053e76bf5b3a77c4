package plugin

import (
	"cmp"
	"fmt"
	"net/http"
	"time"

	"github.com/prometheus/common/model"

	"github.com/promise-slo/promise-slo-datasource/pkg/catalog"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// counting describes the PromQL behind an objective, in the answer of the
// resource /preview.
type counting struct {
	SLO       string   `json:"slo"`
	Objective string   `json:"objective"`
	Window    string   `json:"window"`
	GroupBy   []string `json:"groupBy"`
	Bad       string   `json:"bad,omitempty"`
	Total     string   `json:"total,omitempty"`
	// Why the counts are not those of events.
	Estimate string `json:"estimate,omitempty"`
	Error    string `json:"error,omitempty"`
}

// preview shows how the events of an SLO are counted over a window, which is
// that of the SLO unless the parameter window says otherwise.
func (d *Datasource) preview(r *http.Request) (any, error) {
	c, err := d.catalog(r)
	if err != nil {
		return nil, err
	}
	name := r.URL.Query().Get("slo")
	if name == "" {
		return nil, badRequest("slo: the name of the SLO is missing; write /preview?slo=NAME")
	}
	window, err := model.ParseDuration(cmp.Or(r.URL.Query().Get("window"), "0s"))
	if err != nil {
		return nil, badRequest(fmt.Sprintf("window: %q is not a duration; write a whole number and a unit, such as 5m or 30d", r.URL.Query().Get("window")))
	}
	if err := d.limits.checkText("slo", name); err != nil {
		return nil, err
	}
	selector := catalog.ByName(name)
	slos := c.Select(selector)
	if len(slos) == 0 {
		return nil, badRequest("slo: " + c.NoMatch(selector))
	}
	var all []counting
	for _, o := range slos[0].Objectives {
		all = append(all, d.counting(slos[0], o, time.Duration(window)))
	}
	return all, nil
}

func (d *Datasource) counting(s slo.SLO, o slo.Objective, window time.Duration) counting {
	if window == 0 {
		start, end := s.Window.At(d.now())
		window = end.Sub(start)
	}
	c := counting{SLO: s.ID(), Objective: o.Name, Window: model.Duration(window).String(), GroupBy: []string{}}
	plan, err := promql.PlanOf(s, o, promql.Scope{})
	if err != nil {
		c.Error = err.Error()
		return c
	}
	c.GroupBy, c.Estimate = orEmpty(plan.GroupBy), plan.Estimate
	c.Bad, c.Total = plan.Preview(window)
	return c
}
