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
	// evaluations are of one SLO, one after the other in short pauses.
	evaluations     = 12
	evaluationEvery = 100 * time.Millisecond
)

// faults are attacks of a server that fails, while others ask another.
var faults = []attack{
	outage("hangs", hang),
	outage("answers 503", refuse(http.StatusServiceUnavailable, "")),
	outage("asks for a pause of years", refuse(http.StatusTooManyRequests, "999999999")),
	outage("asks for a pause with 503", refuse(http.StatusServiceUnavailable, "999999999")),
	outage("answers 500", refuse(http.StatusInternalServerError, "")),
	outage("answers a byte at a time", trickle),
	outage("answers without an end", flood),
	outage("redirects in a circle", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Path, http.StatusTemporaryRedirect)
	}),
	outage("says that queries time out", problem(http.StatusServiceUnavailable, "timeout", "query timed out in expression evaluation")),
	outage("has a limit that cannot be met", problem(http.StatusUnprocessableEntity, "execution", "the query exceeded the maximum number of series (err-mimir-max-series-per-query)")),
}

// problem is an answer of the API.
func problem(code int, kind, message string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		fmt.Fprintf(w, `{"status":"error","errorType":%q,"error":%q}`, kind, message)
	}
}

// outage evaluates the alerts of one SLO, which is known or is not, and asks for a
// dashboard, while the server fails. Everybody is told soon.
func outage(how string, fault http.HandlerFunc) attack {
	return attack{name: "evaluations while the server " + how, within: upstreamTimeout + time.Second, send: func(a *assault) {
		for _, warm := range []bool{true, false} {
			p := newProxy(a.T, a.ground.server.URL)
			a.source = a.ground.source(a.T, p.URL, map[string]any{
				"definitions": map[string]string{"inline": definitions()}, "timeout": upstreamTimeout.Seconds(),
			})
			if warm {
				if _, err := evaluate(a.Context(), a.target, a.source, known); err != nil {
					a.Errorf("before: %v", err)
				}
				time.Sleep(6 * time.Second) // what is fresh is not asked again
			}
			p.fail(fault)
			asked := p.asked.Load()
			a.headers = map[string]string{backend.FromAlertHeaderName: "true"}
			atOnce(evaluations, func(i int) {
				time.Sleep(time.Duration(i) * evaluationEvery)
				a.ask(a.Context(), query("burnAlert", map[string]any{"slos": known}))
			})
			a.headers = nil
			a.ask(a.Context(), query("status", map[string]any{"slos": firstTier}))
			if n := p.asked.Load() - asked; n > 200 {
				a.Errorf("%d requests reached a server that fails, want at most 200", n)
			} else {
				a.Logf("%d requests reached the server that fails", n)
			}
		}
	}}
}
