package plugin

import (
	"net/http"
	"slices"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/catalog"
	"github.com/promise-slo/promise-slo-datasource/pkg/gate"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
)

// onlyGated drops the SLOs whose policies block nothing, which have no gates.
func (q *selectedQuery) onlyGated() {
	some := len(q.slos) > 0
	if q.slos = gate.WithGates(q.slos, ""); some && len(q.slos) == 0 {
		q.params.Notices = append(q.params.Notices, "No policy of the selected SLOs blocks an action: write what it blocks in a Promise, as policy and blocks")
	}
}

// answerGate tells whether an action is allowed on all SLOs that the parameter slos
// selects. Alert rules and panels may wait for what a pipeline waits for.
func (d *Datasource) answerGate(r *http.Request) (any, error) {
	c, err := d.catalog(r)
	if err != nil {
		return nil, err
	}
	query := r.URL.Query()
	action := query.Get("action")
	if action == "" {
		return nil, badRequest("action: the action is missing; write /gate?slos=NAME&action=deploy")
	}
	if err := d.limits.checkText("action", action); err != nil {
		return nil, err
	}
	selected, refused, err := d.limits.selectSome(c, catalog.Criteria{SLOs: query.Get("slos")})
	if err != nil {
		return nil, err
	}
	q := gate.Question{Action: action, Now: d.serverTime(), SLOs: selected}
	for _, refusal := range refused {
		q.Refused = append(q.Refused, refusal)
	}
	entries := d.entries(r.Context(), gate.WithGates(q.SLOs, action), promql.Scope{}, q.Span())
	if err := d.limits.checkEntries(len(entries)); err != nil {
		return nil, err
	}
	deciding, _ := budget.SplitGates(entries, q.Now)
	return q.Answer(slices.Values(deciding)), r.Context().Err()
}
