package plugin

import (
	"cmp"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/prometheus/common/model"

	"github.com/promise-slo/promise-slo-datasource/pkg/accounts"
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

// listedProblem is a problem in JSON.
type listedProblem struct {
	Severity string `json:"severity"`
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Field    string `json:"field"`
	Message  string `json:"message"`
	Mend     string `json:"mend"`
	SLO      string `json:"slo"`
	// Text is all of it in a sentence.
	Text string `json:"text"`
}

// verdict is what is thought of a document.
type verdict struct {
	Problems []listedProblem `json:"problems"`
	SLOs     []listedSLO     `json:"slos"`
}

// validate reads the YAML text of the request, and keeps nothing of it.
func (d *Datasource) validate(r *http.Request) (any, error) {
	text, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, definition.DefaultLimits().FileBytes))
	if err != nil {
		return nil, badRequest("the text cannot be read: " + err.Error())
	}
	set := definition.Read(definition.File{Content: text})
	v := verdict{Problems: []listedProblem{}, SLOs: []listedSLO{}}
	for _, p := range append(slices.Clone(set.Problems), refusals(set.SLOs)...) {
		v.Problems = append(v.Problems, listedProblem{
			p.Severity.String(), p.Position.File, p.Position.Line, p.Position.Column, p.Field, p.Message, p.Mend, p.SLO, p.Error(),
		})
	}
	for _, s := range set.SLOs {
		v.SLOs = append(v.SLOs, listed(s))
	}
	return v, nil
}

// counting is the PromQL behind an objective.
type counting struct {
	SLO       string   `json:"slo"`
	Objective string   `json:"objective"`
	Window    string   `json:"window"`
	GroupBy   []string `json:"groupBy"`
	Bad       string   `json:"bad,omitempty"`
	Total     string   `json:"total,omitempty"`
	// Estimate says why the counts are not those of events.
	Estimate string `json:"estimate,omitempty"`
	Error    string `json:"error,omitempty"`
}

// preview shows how the events of an SLO are counted over a window, which is
// that of the SLO unless the parameter window says otherwise.
func (d *Datasource) preview(r *http.Request) (any, error) {
	set, err := d.definitions(r)
	if err != nil {
		return nil, err
	}
	name := r.URL.Query().Get("slo")
	if name == "" {
		return nil, badRequest("slo: the name of the SLO is missing; write /preview?slo=NAME")
	}
	window, err := model.ParseDuration(cmp.Or(r.URL.Query().Get("window"), "0s"))
	if err != nil {
		return nil, badRequest("window: " + err.Error())
	}
	chosen, err := selection{name: name}.and("slo", 0, name)
	if err != nil {
		return nil, err
	}
	slos := chosen.of(set.SLOs)
	if len(slos) == 0 {
		return nil, chosen.unknown(set)
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
	c := counting{SLO: s.Name, Objective: o.Name, Window: model.Duration(window).String()}
	plan, err := accounts.Plan(s, o, accounts.Scope{})
	if err != nil {
		c.Error = err.Error()
		return c
	}
	c.GroupBy, c.Estimate = list(plan.GroupBy), plan.Estimate
	c.Bad, c.Total = plan.Preview(window)
	return c
}
