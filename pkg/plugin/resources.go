package plugin

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/promise-slo/promise-slo-datasource/pkg/catalog"
	"github.com/promise-slo/promise-slo-datasource/pkg/guard"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// resources returns the handler of what editors and scripts ask for besides queries.
func (d *Datasource) resources() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /slos", d.handle(d.listSLOs))
	mux.HandleFunc("GET /services", d.handle(d.listServices))
	mux.HandleFunc("GET /teams", d.handle(d.listTeams))
	mux.HandleFunc("GET /labels", d.handle(d.listLabels))
	mux.HandleFunc("GET /labels/{name}/values", d.handle(d.listValues))
	mux.HandleFunc("GET /eventlabels", d.handle(d.listEventLabels))
	mux.HandleFunc("GET /server", d.handle(d.matchServers))
	mux.HandleFunc("POST /validate", d.handle(d.validate))
	mux.HandleFunc("GET /preview", d.handle(d.preview))
	mux.HandleFunc("GET /gate", d.handle(d.answerGate))
	mux.HandleFunc("GET /badge", d.handle(d.drawBadge))
	return mux
}

// handle returns a handler that writes what an endpoint returns: an image as it is, and
// anything else as JSON.
func (d *Datasource) handle(endpoint func(*http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var answer any
		err := guard.Func(func() (err error) {
			answer, err = d.admit(r, endpoint)
			return err
		})()
		status := backend.StatusOK
		if err != nil {
			logPanic(r.Context(), err)
			backend.Logger.FromContext(r.Context()).Warn("A resource failed", "path", r.URL.Path, "error", err)
			status, _ = statusOf(err)
			answer = map[string]string{"error": err.Error()}
		}
		if image, ok := answer.(svg); ok {
			image.write(w)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(int(status))
		_ = json.NewEncoder(w).Encode(answer)
	}
}

// admit calls an endpoint with a request that is within the limits, once there is a
// slot for it.
func (d *Datasource) admit(r *http.Request, endpoint func(*http.Request) (any, error)) (any, error) {
	if n := len(r.URL.RawQuery); n > d.limits.QueryBytes {
		return nil, limitError("queryBytes", fmt.Sprintf("the parameters have %d bytes, more than %d", n, d.limits.QueryBytes), "write shorter ones")
	}
	lighten, err := processLoad.take(int(r.ContentLength))
	if err != nil {
		return nil, err
	}
	defer lighten()
	leave, err := d.acquire(r.Context(), d.slots, "resources are being answered already; ask again later, or have limits.resources raised in the settings of the data source")
	if err != nil {
		return nil, err
	}
	defer leave()
	return endpoint(r)
}

// acquire takes one of the slots, once one is free. After a while it gives up, with
// an error that says what keeps the slots busy.
func (d *Datasource) acquire(ctx context.Context, slots chan struct{}, already string) (leave func(), err error) {
	leave = func() { <-slots }
	select {
	case slots <- struct{}{}:
		return leave, nil
	default:
	}
	limited, cancel := context.WithTimeout(ctx, d.queueWait)
	defer cancel()
	select {
	case slots <- struct{}{}:
		return leave, nil
	case <-limited.Done():
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		return nil, &busyError{fmt.Sprintf("%d %s", cap(slots), already)}
	}
}

// busyError says that too much is being done at present.
type busyError struct{ text string }

func (e *busyError) Error() string { return e.text }

// catalog returns the definitions.
func (d *Datasource) catalog(r *http.Request) (*catalog.Catalog, error) {
	if d.fault != nil {
		return nil, d.fault
	}
	return d.library.Catalog(r.Context())
}

// selectSLOs returns the SLOs that the parameter slos selects, or all.
func (d *Datasource) selectSLOs(r *http.Request) ([]slo.SLO, error) {
	c, err := d.catalog(r)
	if err != nil {
		return nil, err
	}
	selector, err := d.limits.selector(catalog.Criteria{SLOs: r.URL.Query().Get("slos")})
	if err != nil {
		return nil, err
	}
	return c.Select(selector), nil
}

// selectSome returns the SLOs that criteria select, and the refused definitions that they
// may be about. It returns an error if there are neither.
func (l Limits) selectSome(c *catalog.Catalog, criteria catalog.Criteria) (slos []slo.SLO, refused []catalog.Refusal, err error) {
	selector, err := l.selector(criteria)
	if err != nil {
		return nil, nil, err
	}
	slos, refused = c.Select(selector), c.Refusals(selector)
	if len(slos)+len(refused) == 0 {
		return nil, nil, badRequest("slos: " + c.NoMatch(selector))
	}
	return slos, refused, nil
}

// listedSLO describes an SLO in the answer of the resource /slos.
type listedSLO struct {
	Name        string            `json:"name"`
	Title       string            `json:"title"`
	Description string            `json:"description"`
	Service     string            `json:"service"`
	Team        string            `json:"team"`
	Labels      map[string]string `json:"labels"`
	Window      string            `json:"window"`
	Method      string            `json:"method"`
	GroupBy     []string          `json:"groupBy"`
	Objectives  []listedObjective `json:"objectives"`
	// The file and line of the definition.
	Definition string `json:"definition"`
}

// listedObjective describes an objective of a listed SLO.
type listedObjective struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	// The share of good events, 0 to 1.
	Target float64 `json:"target"`
}

// newListedSLO returns the SLO as resources list it, without null in its JSON.
func newListedSLO(s slo.SLO) listedSLO {
	l := listedSLO{
		Name: s.ID(), Title: s.Title(), Description: s.Description, Service: s.Service, Team: s.Team(), Labels: map[string]string{},
		Window: s.Window.String(), Method: s.Method.String(), GroupBy: orEmpty(s.GroupBy), Objectives: []listedObjective{}, Definition: s.Source.String(),
	}
	maps.Copy(l.Labels, s.Labels)
	for _, o := range s.Objectives {
		l.Objectives = append(l.Objectives, listedObjective{Name: o.Name, Title: o.Title(), Target: o.Target})
	}
	return l
}

func (d *Datasource) listSLOs(r *http.Request) (any, error) {
	slos, err := d.selectSLOs(r)
	list := []listedSLO{}
	for _, s := range slos {
		list = append(list, newListedSLO(s))
	}
	return list, err
}

func (d *Datasource) listServices(r *http.Request) (any, error) {
	slos, err := d.selectSLOs(r)
	return orEmpty(catalog.Services(slos)), err
}

func (d *Datasource) listTeams(r *http.Request) (any, error) {
	slos, err := d.selectSLOs(r)
	return orEmpty(catalog.Teams(slos)), err
}

// listLabels returns the attributes that SLOs can be selected by.
func (d *Datasource) listLabels(r *http.Request) (any, error) {
	c, err := d.catalog(r)
	if err != nil {
		return nil, err
	}
	return c.Attributes(), nil
}

// listValues returns the values of an attribute of the selected SLOs, or else of a
// label of the server's series: of those that the selected SLOs count or, where
// nothing is selected, of those that match[] selects.
func (d *Datasource) listValues(r *http.Request) (any, error) {
	c, err := d.catalog(r)
	if err != nil {
		return nil, err
	}
	slos, err := d.selectSLOs(r)
	if err != nil {
		return nil, err
	}
	name, query := r.PathValue("name"), r.URL.Query()
	switch {
	case slices.Contains(c.Attributes(), name):
		return orEmpty(c.Values(name, slos)), nil
	case query.Get("slos") == "":
		if err := d.limits.checkMatchers(query["match[]"]); err != nil {
			return nil, err
		}
		return d.seriesValues(r.Context(), name, query["match[]"])
	}
	series := seriesSelectors(compilePlans(slos))
	if len(series) == 0 {
		return orEmpty(nil), nil
	}
	return d.seriesValues(r.Context(), name, series)
}

// orEmpty returns an empty list for nil, which is [] in JSON.
func orEmpty(values []string) []string {
	if values == nil {
		return []string{}
	}
	return values
}

// matchServers returns those of the addresses url that are the server's, so that the
// PromQL behind a query can be opened on a data source of the same server. It does
// not reveal the address to anyone who does not know it.
func (d *Datasource) matchServers(r *http.Request) (any, error) {
	if d.fault != nil {
		return nil, d.fault
	}
	return orEmpty(slices.DeleteFunc(slices.Clone(r.URL.Query()["url"]), func(address string) bool {
		return !d.client.ServesAddress(address)
	})), nil
}
