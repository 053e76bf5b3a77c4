package plugin

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget/budgettest"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

const (
	// scraped says how often an instance is scraped, and evaluated
	// that from evaluation to evaluation of an alert rule.
	scraped   = 30 * time.Second
	evaluated = time.Minute
	// calm says how long there are no errors before an incident.
	calm = 3*day + 7*time.Hour
	// tolerance says how much later than by the Workbook's formulas an alert may
	// fire and resolve: a scrape has to see the events, and an evaluation the
	// scrape.
	tolerance = scraped + evaluated
)

// episode describes an incident of a service that is healthy otherwise, and the SLO of 30
// days that it is told by.
type episode struct {
	name      string
	target    float64
	instances int
	// perSecond counts the requests, and ratio says how many of them
	// fail for a length of time.
	perSecond, ratio float64
	length           time.Duration
	// watched says how long the alerts are evaluated after the incident.
	watched time.Duration
	// alerting contains the conditions of the promise, if there is one.
	alerting string
	// fires says which severities do.
	fires []slo.Severity
}

func episodes() []episode {
	both := []slo.Severity{slo.Page, slo.Ticket}
	return []episode{
		{"total outage", 0.999, 3, 10, 1, 2 * time.Hour, 6*time.Hour + 10*time.Minute, "", both},
		{"five percent", 0.999, 3, 10, 0.05, 3 * time.Hour, 6*time.Hour + 10*time.Minute, "", both},
		{"slow leak", 0.999, 3, 10, 0.0015, 50 * time.Hour, 3 * time.Hour, "", both[1:]},
		// Three minutes of outage are 0.7 % of the budget of 99 %, and nobody
		// is called; they are 7 % of that of 99.9 %, which is more than a page
		// asks for.
		{"blip", 0.99, 3, 10, 1, 3 * time.Minute, 2 * time.Hour, "", nil},
		{"blip of a strict target", 0.999, 3, 10, 1, 3 * time.Minute, 40 * time.Minute, "", both[:1]},
		// One of a few requests fails.
		{"single error", 0.999, 1, 1. / 120, 1, 2 * time.Minute, time.Hour, "{page: [{budget: 2%, long: 1h, short: 5m, minBadEvents: 2}]}", nil},
		{"single error alone", 0.999, 1, 1. / 120, 1, 2 * time.Minute, time.Hour, "", both[:1]},
	}
}

// TestReplay drives the alerts minute by minute through incidents that a real
// server scraped, as Grafana evaluates its rules.
func TestReplay(t *testing.T) {
	begins := now.Truncate(ledger.DefaultStep).Add(-60*time.Hour + 2*time.Minute + 17*time.Second)
	server := promtest.Start(t, func(w *prometheus.Writer) {
		for i, e := range episodes() {
			e.write(w, metric(i), begins)
		}
		blind().write(w, "blind_total", begins)
		brief().write(w, "brief_total", begins)
	})
	t.Run("time to exhaustion", func(t *testing.T) {
		brief().exhausts(t, replay(t, server.URL, brief().definition("brief_total")), begins)
	})
	t.Run("incidents", func(t *testing.T) {
		for i, e := range episodes() {
			t.Run(e.name, func(t *testing.T) {
				t.Parallel()
				e.check(t, e.watch(t, replay(t, server.URL, e.definition(metric(i))), begins), begins)
			})
		}
	})
	t.Run("data ends in an outage", func(t *testing.T) {
		goBlind(t, replay(t, server.URL, blind().definition("blind_total")), begins.Add(blind().length))
	})
	t.Run("a store is down for a while", func(t *testing.T) {
		halve(t, server.URL, episodes()[0].definition(metric(0)), begins)
	})
	t.Run("the server goes away", func(t *testing.T) {
		e := episodes()[0]
		d := replay(t, server.URL, e.definition(metric(0)))
		if got := d.evaluate(t, "burnAlert", begins.Add(10*time.Minute)); got.Error != nil || !fires(got, slo.Page) {
			t.Fatalf("the alert does not fire: %v", got.Error)
		}
		server.Stop()
		for _, kind := range alertTypes {
			if got := d.evaluate(t, kind, begins.Add(11*time.Minute)); got.Error == nil {
				t.Errorf("%s gets %d frames of a server that is gone, want an error", kind, len(got.Frames))
			}
		}
	})
}

// halves leaves all instances but one out of a server's answers while a store is
// down, with a warning.
type halves struct {
	http.Handler
	down atomic.Bool
}

func (h *halves) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !h.down.Load() {
		h.Handler.ServeHTTP(w, r)
		return
	}
	r.Header.Del("Accept-Encoding")
	whole := httptest.NewRecorder()
	h.Handler.ServeHTTP(whole, r)
	var answer struct {
		Status   string   `json:"status"`
		Warnings []string `json:"warnings"`
		Data     struct {
			ResultType string `json:"resultType"`
			Result     []struct {
				Metric map[string]string `json:"metric"`
				Value  json.RawMessage   `json:"value,omitempty"`
				Values json.RawMessage   `json:"values,omitempty"`
			} `json:"result"`
		} `json:"data"`
	}
	if err := json.Unmarshal(whole.Body.Bytes(), &answer); err != nil || answer.Data.ResultType == "" {
		w.WriteHeader(whole.Code)
		_, _ = w.Write(whole.Body.Bytes())
		return
	}
	for i := len(answer.Data.Result) - 1; i >= 0; i-- {
		if answer.Data.Result[i].Metric["instance"] != "0" {
			answer.Data.Result = slices.Delete(answer.Data.Result, i, i+1)
		}
	}
	answer.Warnings = []string{"receive series from Addr: b: connection refused"}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer)
}

// halve checks that an alert in an outage does not look resolved while two of
// three instances are missing, and is as if nothing had been when they are back.
func halve(t *testing.T, address, definition string, begins time.Time) {
	target, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	front := &halves{Handler: httputil.NewSingleHostReverseProxy(target)}
	proxy := httptest.NewServer(front)
	t.Cleanup(proxy.Close)
	d := replay(t, proxy.URL, definition)
	down := begins.Add(20 * time.Minute).Truncate(evaluated)
	back, end := down.Add(30*time.Minute), down.Add(45*time.Minute)
	for at := begins.Truncate(evaluated); !at.After(end); at = at.Add(evaluated) {
		front.down.Store(!at.Before(down) && at.Before(back))
		answer := d.evaluate(t, "burnAlert", at)
		for _, f := range answer.Frames {
			severity := f.Fields[0].Labels["severity"]
			v, ok := f.Fields[0].ConcreteAt(0)
			if at.After(begins.Add(15*time.Minute)) && ok && !(v.(float64) > 1) {
				t.Errorf("at %s the %s is %v", at, severity, v)
			}
			if front.down.Load() && ok {
				t.Errorf("at %s the %s is %v, though the answers are partial", at, severity, v)
			}
		}
		if err := d.ledgers.Maintain(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	got, want := d.evaluate(t, "burnAlert", end), replay(t, address, definition).evaluate(t, "burnAlert", end)
	for i, f := range want.Frames {
		theirs, _ := f.Fields[0].ConcreteAt(0)
		ours, ok := got.Frames[i].Fields[0].ConcreteAt(0)
		if !ok || math.Abs(ours.(float64)-theirs.(float64)) > 0.01*theirs.(float64) {
			t.Errorf("the %s is %v in the end, of a new data source %v", f.Fields[0].Labels["severity"], ours, theirs)
		}
	}
}

// blind returns an outage that takes the metrics down with it after a while.
func blind() episode {
	return episode{target: 0.999, instances: 3, perSecond: 10, ratio: 1, length: 20 * time.Minute, watched: -evaluated}
}

// brief returns a total outage that leaves budget: it could last for 48 minutes.
func brief() episode {
	return episode{target: 0.99, instances: 3, perSecond: 10, ratio: 1, length: 20 * time.Minute, watched: time.Hour}
}

// exhausts compares the time to exhaustion in a total outage with the truth if it goes
// on, from ten minutes after the start to the end. Half an hour later it is what the
// errors of late make it.
func (e episode) exhausts(t *testing.T, d *replayed, begins time.Time) {
	allowed := time.Duration(float64(calm) * (1 - e.target) / e.target) // of the events until then
	for after := 10 * time.Minute; after <= e.length; after += evaluated {
		at := begins.Add(after).Truncate(evaluated)
		got, ok := d.evaluate(t, "exhaustionAlert", at).Frames[0].Fields[0].ConcreteAt(0)
		want := begins.Add(allowed).Sub(at).Hours()
		if !ok || math.Abs(got.(float64)-want) > 0.2*want {
			t.Errorf("%s after the start the budget lasts %v hours, in truth %v", after, got, want)
		}
		t.Logf("%s after the start: %.2f hours, in truth %.2f", after, got, want)
	}
	status := d.evaluate(t, "status", begins.Add(e.length+30*time.Minute).Truncate(evaluated)).Frames[0]
	runsOut := func(field string) any {
		f, _ := status.FieldByName(field)
		at, ok := f.ConcreteAt(0)
		if !ok {
			return nil
		}
		return at
	}
	if runsOut("exhaustsAtRate") != nil || runsOut("exhaustsAt") != runsOut("exhaustsByForecast") {
		t.Errorf("half an hour after the end it runs out %v, at the rate %v, by the errors of late %v",
			runsOut("exhaustsAt"), runsOut("exhaustsAtRate"), runsOut("exhaustsByForecast"))
	}
}

// goBlind checks that an alert which fires as data ends does not resolve, and
// that something tells that data is missing.
func goBlind(t *testing.T, d *replayed, ended time.Time) {
	nulls := map[string]time.Duration{}
	for at := ended.Truncate(evaluated); at.Before(ended.Add(8 * time.Hour)); at = at.Add(evaluated) {
		for _, f := range d.evaluate(t, "burnAlert", at).Frames {
			severity := f.Fields[0].Labels["severity"]
			v, ok := f.Fields[0].ConcreteAt(0)
			switch {
			case ok && v.(float64) <= 1:
				t.Fatalf("%s after the data ended the %s is %v, as if all were well", at.Sub(ended), severity, v)
			case !ok && nulls[severity] == 0:
				nulls[severity] = at.Sub(ended)
			}
		}
		silent, ok := d.evaluate(t, "noDataAlert", at).Frames[0].Fields[0].ConcreteAt(0)
		if age := at.Sub(ended).Minutes(); !ok || silent.(float64) > age+1 || silent.(float64) < age-7 {
			t.Fatalf("%v minutes after the data ended it is told to be silent for %v", age, silent)
		}
	}
	t.Logf("pages are null after %s, tickets after %s", nulls["page"], nulls["ticket"])
	if nulls["page"] < 25*time.Minute || nulls["page"] > 31*time.Minute || nulls["ticket"] < 350*time.Minute || nulls["ticket"] > 361*time.Minute {
		t.Errorf("pages are null after %s, tickets after %s, want about their longest short lookbacks", nulls["page"], nulls["ticket"])
	}
}

func metric(i int) string { return fmt.Sprintf("replay%d_total", i) }

// write writes the counters of instances that are scraped one after the other.
// Errors have no series before the first.
func (e episode) write(w *prometheus.Writer, metric string, begins time.Time) {
	share := e.perSecond / float64(e.instances)
	for i := range e.instances {
		series := func(code string) labels.Labels {
			return labels.FromStrings("__name__", metric, "job", "replay", "instance", fmt.Sprint(i), "code", code)
		}
		var good, bad []prometheus.Sample
		first := begins.Add(-calm + time.Duration(i)*scraped/time.Duration(e.instances))
		for at := first; at.Before(begins.Add(e.length + e.watched + evaluated)); at = at.Add(scraped) {
			failed := min(max(at.Sub(begins), 0), e.length).Seconds() * e.ratio
			good = append(good, prometheus.Float(at, math.Floor((at.Sub(first).Seconds()-failed)*share)))
			if n := math.Floor(failed*share + 1e-9); n > 0 {
				bad = append(bad, prometheus.Float(at, n))
			}
		}
		w.Append(series("200"), good...)
		w.Append(series("500"), bad...)
	}
}

func (e episode) definition(metric string) string {
	text := fmt.Sprintf(`
version: prometheus/v1
service: replay
slos:
  - name: slo
    objective: %v
    sli:
      events:
        error_query: sum(rate(%s{code="500"}[{{.window}}]))
        total_query: sum(rate(%s[{{.window}}]))
    alerting: {page_alert: {}, ticket_alert: {}}
`, 100*e.target, metric, metric)
	if e.alerting != "" {
		text += "---\napiVersion: promise.slo/v1\nkind: Promise\nmetadata: {name: replay}\nspec: {slo: replay-slo, alerting: " + e.alerting + "}\n"
	}
	return text
}

// replayed wraps a data source whose clocks can be set.
type replayed struct {
	*Datasource
	at time.Time
}

func replay(t *testing.T, address, definition string) *replayed {
	d := &replayed{Datasource: open(t, source(t, address, inline(definition)))}
	d.now = func() time.Time { return d.at }
	d.ledgers = ledger.NewStore(d.client, ledger.Options{Now: d.now})
	return d
}

// evaluate asks what an alert rule asks at a time.
func (d *replayed) evaluate(t *testing.T, kind string, at time.Time) backend.DataResponse {
	t.Helper()
	d.at = at
	answer, err := d.QueryData(t.Context(), &backend.QueryDataRequest{
		Headers: map[string]string{backend.FromAlertHeaderName: "true"},
		Queries: []backend.DataQuery{{
			RefID: "A", JSON: written(t, map[string]any{"queryType": kind}),
			TimeRange: backend.TimeRange{From: at.Add(-10 * time.Minute), To: at},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return answer.Responses["A"]
}

// fires says whether the number of a severity is above 1; it must not be null.
func fires(r backend.DataResponse, severity slo.Severity) bool {
	for _, f := range r.Frames {
		if f.Fields[0].Labels["severity"] == string(severity) {
			v, ok := f.Fields[0].ConcreteAt(0)
			return ok && v.(float64) > 1
		}
	}
	return false
}

// firing describes from when to when something fired, without a pause.
type firing struct{ from, to time.Time }

// watch evaluates the alerts minute by minute, and tells when each severity and
// each condition fired.
func (e episode) watch(t *testing.T, d *replayed, begins time.Time) map[string]*firing {
	fired := map[string]*firing{}
	note := func(what string, on bool, at time.Time) {
		switch f := fired[what]; {
		case !on:
		case f == nil:
			fired[what] = &firing{at, at.Add(evaluated)}
		case f.to.Equal(at):
			f.to = at.Add(evaluated)
		default:
			t.Errorf("%s fires again at %s, after %s", what, at, f.to)
		}
	}
	for at := begins.Truncate(evaluated); at.Before(begins.Add(e.length + e.watched)); at = at.Add(evaluated) {
		answer := d.evaluate(t, "burnAlert", at)
		if answer.Error != nil {
			t.Fatal(answer.Error)
		}
		for _, f := range answer.Frames {
			v, ok := f.Fields[0].ConcreteAt(0)
			if !ok {
				t.Fatalf("%v is null at %s", f.Fields[0].Labels, at)
			}
			note(f.Fields[0].Labels["severity"], v.(float64) > 1, at)
		}
		for _, a := range d.conditions(t) {
			note(condition(a.BurnCondition), a.Firing(), at)
		}
	}
	return fired
}

// conditions returns the alerts of the only account.
func (d *replayed) conditions(t *testing.T) []budget.Alert {
	c, err := d.library.Catalog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	entry := d.ledgers.Entries(t.Context(), c.SLOs, promql.Scope{}, func(budget.Terms) (from, to time.Time) {
		return d.at.Add(-calm), d.at
	})[0]
	return entry.At(d.at, budget.Options{}).Alerts()
}

func condition(r slo.BurnCondition) string {
	return fmt.Sprintf("%s %s/%s", r.Severity, model.Duration(r.Long), model.Duration(r.Short))
}

// check compares what fired with what must by the Workbook's formulas.
func (e episode) check(t *testing.T, fired map[string]*firing, begins time.Time) {
	for _, severity := range []slo.Severity{slo.Page, slo.Ticket} {
		if want := slices.Contains(e.fires, severity); (fired[string(severity)] != nil) != want {
			t.Errorf("%s fires: %v, want %v", severity, fired[string(severity)], want)
		}
	}
	if e.perSecond < 1 {
		if f := fired["page"]; f != nil && f.to.Sub(f.from) > 5*time.Minute+tolerance {
			t.Errorf("a single error pages for %s", f.to.Sub(f.from))
		}
		return
	}
	expected := e.expected(begins)
	for _, what := range slices.Sorted(maps.Keys(fired)) {
		if expected[what] == nil {
			t.Errorf("%s fires", what)
		}
	}
	for _, what := range slices.Sorted(maps.Keys(expected)) {
		want, got := expected[what], fired[what]
		if got == nil {
			t.Errorf("%s does not fire", what)
			continue
		}
		late, long := got.from.Sub(want.from), got.to.Sub(want.to)
		t.Logf("%-14s detected after %s (%+.0f s), reset after %s (%+.0f s)", what,
			got.from.Sub(begins), late.Seconds(), got.to.Sub(begins.Add(e.length)), long.Seconds())
		if late < 0 || late > tolerance || long < 0 || long > tolerance {
			t.Errorf("%s fires from %s to %s, want from %s to %s", what, got.from, got.to, want.from, want.to)
		}
	}
}

// expected returns from when to when conditions and severities fire by the formulas.
func (e episode) expected(begins time.Time) map[string]*firing {
	burn := e.ratio / (1 - e.target)
	month := slo.Window{Period: slo.Period{Count: 30, Unit: slo.Day}}
	terms := budget.Terms{Target: e.target, Window: month}
	all := map[string]*firing{}
	for _, r := range terms.AlertConditions(begins) {
		after, ok := budgettest.DetectionTime(r, burn)
		if !ok || after > e.length {
			continue
		}
		resets, _ := budgettest.ResetTime(r, burn)
		f := firing{begins.Add(after), begins.Add(e.length + resets)}
		all[condition(r)] = &f
		severity := string(r.Severity)
		whole := all[severity]
		if whole == nil {
			whole = &firing{f.from, f.to}
			all[severity] = whole
		}
		if f.from.Before(whole.from) {
			whole.from = f.from
		}
		if f.to.After(whole.to) {
			whole.to = f.to
		}
	}
	return all
}
