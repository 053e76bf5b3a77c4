package plugin

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// resources are what the editors and scripts ask for beside queries.
func (d *Datasource) resources() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /slos", handle(d.listSLOs))
	mux.HandleFunc("GET /services", handle(d.listServices))
	mux.HandleFunc("GET /teams", handle(d.listTeams))
	mux.HandleFunc("GET /labels", handle(d.listLabels))
	mux.HandleFunc("GET /labels/{name}/values", handle(d.listValues))
	mux.HandleFunc("POST /validate", handle(d.validate))
	mux.HandleFunc("GET /preview", handle(d.preview))
	return mux
}

// handle writes what an endpoint answers as JSON.
func handle(endpoint func(*http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		answer, err := endpoint(r)
		status := backend.StatusOK
		if err != nil {
			backend.Logger.FromContext(r.Context()).Warn("A resource failed", "path", r.URL.Path, "error", err)
			status, _ = blame(err)
			answer = map[string]string{"error": err.Error()}
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(int(status))
		_ = json.NewEncoder(w).Encode(answer)
	}
}

// definitions are all that can be read.
func (d *Datasource) definitions(r *http.Request) (*definition.Set, error) {
	if d.fault != nil {
		return nil, d.fault
	}
	return d.library.definitions(r.Context())
}

// selected are the SLOs that the parameter slos selects, or all.
func (d *Datasource) selected(r *http.Request) ([]slo.SLO, error) {
	set, err := d.definitions(r)
	if err != nil {
		return nil, err
	}
	chosen, err := parseSelection(r.URL.Query().Get("slos"))
	if err != nil {
		return nil, badRequest("slos: " + err.Error())
	}
	return chosen.of(set.SLOs), nil
}

// listedSLO is an SLO in JSON.
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
	Definition  string            `json:"definition"`
}

type listedObjective struct {
	Name   string  `json:"name"`
	Title  string  `json:"title"`
	Target float64 `json:"target"`
}

func listed(s slo.SLO) listedSLO {
	l := listedSLO{
		Name: s.Name, Title: s.Title(), Description: s.Description, Service: s.Service, Team: s.Team(), Labels: s.Labels,
		Window: s.Window.String(), Method: s.Method.String(), GroupBy: s.GroupBy, Definition: s.Source.String(),
	}
	for _, o := range s.Objectives {
		l.Objectives = append(l.Objectives, listedObjective{o.Name, cmp.Or(o.DisplayName, o.Name), o.Target})
	}
	return l
}

func (d *Datasource) listSLOs(r *http.Request) (any, error) {
	slos, err := d.selected(r)
	list := []listedSLO{}
	for _, s := range slos {
		list = append(list, listed(s))
	}
	return list, err
}

func (d *Datasource) listServices(r *http.Request) (any, error) {
	slos, err := d.selected(r)
	return list(services(slos)), err
}

func (d *Datasource) listTeams(r *http.Request) (any, error) {
	slos, err := d.selected(r)
	return list(distinct(slos, slo.SLO.Team)), err
}

// listLabels are the names that SLOs can be selected by.
func (d *Datasource) listLabels(r *http.Request) (any, error) {
	set, err := d.definitions(r)
	if err != nil {
		return nil, err
	}
	return attributes(set.SLOs), nil
}

// recentValues is how far back the server is asked for the values of a label.
const recentValues = 24 * time.Hour

// listValues are the values of an SLO's attribute, or else those of a label of
// the server's series.
func (d *Datasource) listValues(r *http.Request) (any, error) {
	set, err := d.definitions(r)
	if err != nil {
		return nil, err
	}
	name := r.PathValue("name")
	if !slices.Contains(attributes(set.SLOs), name) {
		values, err := d.client.LabelValues(r.Context(), name, r.URL.Query()["match[]"], d.now().Add(-recentValues), d.now())
		return list(values), err
	}
	if name == neededBy {
		return list(needsOf(set.SLOs).teams()), nil
	}
	var values []string
	for _, s := range set.SLOs {
		for _, o := range s.Objectives {
			values = append(values, attribute(s, o, name))
		}
	}
	slices.Sort(values)
	values = slices.DeleteFunc(slices.Compact(values), func(v string) bool { return v == "" })
	return list(values), nil
}

// list is [] in JSON where it is nil.
func list(values []string) []string {
	if values == nil {
		return []string{}
	}
	return values
}
