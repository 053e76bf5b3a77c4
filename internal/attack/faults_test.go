package attack_test

import (
	"fmt"
	"net/http"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

const (
	// upstreamTimeout is the data source's own limit for a request.
	upstreamTimeout = 4 * time.Second
	// failWithin is the most that an answer takes when the server fails: one
	// timeout and a second.
	failWithin = upstreamTimeout + time.Second
	// evaluations are of one SLO, one after the other in short pauses.
	evaluations     = 12
	evaluationEvery = 100 * time.Millisecond
)

// outage is a way in which a server fails.
type outage struct {
	how   string
	fault http.HandlerFunc
	// requests is the most that may reach the server meanwhile.
	requests int64
}

var outages = []outage{
	{"hangs", hang, 20},
	{"answers 503", refuse(http.StatusServiceUnavailable, ""), 40},
	{"asks for a pause of years", refuse(http.StatusTooManyRequests, "999999999"), 20},
	{"asks for a pause with 503", refuse(http.StatusServiceUnavailable, "999999999"), 20},
	{"answers 500", refuse(http.StatusInternalServerError, ""), 60},
	{"answers a byte at a time", trickle, 20},
}

// refusals are of servers that answer at once. They are asked much meanwhile, and
// have a turn of their own so as not to slow the others down.
var refusals = []outage{
	{"redirects in a circle", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Path, http.StatusTemporaryRedirect)
	}, 10 * 40},
	{"says that queries time out", problem(http.StatusServiceUnavailable, "timeout", "query timed out in expression evaluation"), 100},
	{"has a limit that cannot be met", problem(http.StatusUnprocessableEntity, "execution", "the query exceeded the maximum number of series (err-mimir-max-series-per-query)"), 20 * (first + 1)},
}

// faults are attacks of servers that fail, while others ask one that does not.
var faults = []attack{
	{name: "evaluations while servers fail", within: failWithin, send: func(a *assault) {
		atOnce(2*len(outages), func(i int) { a.evaluate(outages[i/2], i%2 == 0) })
	}},
	{name: "evaluations while servers refuse", within: failWithin, send: func(a *assault) {
		atOnce(2*len(refusals), func(i int) { a.evaluate(refusals[i/2], i%2 == 0) })
	}},
	{name: "evaluations while a server answers without an end", within: failWithin, send: func(a *assault) {
		a.evaluate(outage{"answers without an end", flood, 100}, true)
		a.evaluate(outage{"answers without an end", flood, 100}, false)
	}},
}

// problem is an answer of the API.
func problem(code int, kind, message string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		fmt.Fprintf(w, `{"status":"error","errorType":%q,"error":%q}`, kind, message)
	}
}

// evaluate evaluates the alerts of one SLO, which is known or is not, and asks for
// a dashboard, while the server fails. Everybody is told soon.
func (a *assault) evaluate(o outage, warm bool) {
	p := newProxy(a.T, a.ground.server.URL)
	about := a.ground.source(a.T, p.URL, map[string]any{
		"definitions": map[string]string{"inline": definitions()}, "timeout": upstreamTimeout.Seconds(),
	})
	if warm {
		if _, err := evaluate(a.Context(), a.target, about, known); err != nil {
			a.Errorf("before the server %s: %v", o.how, err)
		}
		time.Sleep(6 * time.Second) // what is fresh is not asked again
	}
	p.fail(o.fault)
	asked := p.asked.Load()
	alerts, panels := a.about(about), a.about(about)
	alerts.headers = map[string]string{backend.FromAlertHeaderName: "true"}
	atOnce(evaluations, func(i int) {
		time.Sleep(time.Duration(i) * evaluationEvery)
		alerts.ask(a.Context(), query("burnAlert", map[string]any{"slos": known}))
	})
	panels.ask(a.Context(), query("status", map[string]any{"slos": firstTier}))
	n := p.asked.Load() - asked
	a.Logf("the server %s (known: %t): %d requests; slowest answer to an alert rule %s, to a panel %s",
		o.how, warm, n, round(alerts.slowest), round(panels.slowest))
	if n > o.requests {
		a.Errorf("%d requests reached a server that %s, want at most %d", n, o.how, o.requests)
	}
}
