package plugin

import (
	"fmt"
	"io"
	"net/http"
	"slices"

	"github.com/promise-slo/promise-slo-datasource/pkg/badge"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/catalog"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
)

// svg is an image.
type svg string

// badgeAge is for how many seconds a browser may keep a badge.
const badgeAge = 60

// write writes the image. Grafana forbids browsers to keep what a resource returns unless
// it is marked as private and with a header of Grafana's own.
func (image svg) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "image/svg+xml; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", fmt.Sprintf("private, max-age=%d", badgeAge))
	w.Header().Set("X-Grafana-Cache", "y")
	_, _ = io.WriteString(w, string(image))
}

// drawBadge draws how the SLOs that the parameter slos selects do.
func (d *Datasource) drawBadge(r *http.Request) (any, error) {
	c, err := d.catalog(r)
	if err != nil {
		return nil, err
	}
	query := r.URL.Query()
	q := badge.Question{Label: query.Get("label"), Show: badge.Shown(query.Get("show")), Now: d.serverTime()}
	if err := d.limits.checkText("label", q.Label); err != nil {
		return nil, err
	}
	if !slices.Contains([]badge.Shown{"", badge.ShowBudget, badge.ShowStreak}, q.Show) {
		return nil, badRequest(fmt.Sprintf("show: %.100q is not known; write budget or streak, or leave it out for budget", string(q.Show)))
	}
	if query.Get("slos") == "" {
		return nil, badRequest("slos: it is not said which SLO the badge is about; write /badge?slos=NAME")
	}
	selected, refused, err := d.limits.selectSome(c, catalog.Criteria{SLOs: query.Get("slos"), Objective: query.Get("objective")})
	if err != nil {
		return nil, err
	}
	q.Refused = len(refused) > 0
	entries := d.entries(r.Context(), selected, promql.Scope{}, q.Span())
	if err := d.limits.checkEntries(len(entries)); err != nil {
		return nil, err
	}
	living, _ := budget.SplitEnded(entries, q.Now)
	return svg(q.Of(slices.Values(living)).SVG()), r.Context().Err()
}
