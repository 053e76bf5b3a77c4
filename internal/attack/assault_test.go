package attack_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// assault is what an attack asks with. It checks that no answer is late, and that
// none is the plugin's own fault.
type assault struct {
	*testing.T
	ground *ground
	target *target
	// source is the data source that is asked.
	source backend.PluginContext
	// headers are sent along.
	headers map[string]string
	within  time.Duration

	mu      sync.Mutex
	slowest time.Duration
	// unanswered says that an answer was not waited for any longer.
	unanswered bool
}

// grace is for how long an answer that is late is waited for.
const grace = 10 * time.Second

// about returns the same assault on another data source.
func (a *assault) about(source backend.PluginContext) *assault {
	return &assault{T: a.T, ground: a.ground, target: a.target, source: source, within: a.within}
}

// ask asks queries in one request and returns their answers, in order; nil if
// there are none, because the asker left.
func (a *assault) ask(ctx context.Context, queries ...backend.DataQuery) []backend.DataResponse {
	for i := range queries {
		queries[i].RefID = fmt.Sprint("Q", i)
	}
	var answer *backend.QueryDataResponse
	if !a.timed(ctx, func(ctx context.Context) (err error) {
		answer, err = a.target.QueryData(ctx, &backend.QueryDataRequest{PluginContext: a.source, Headers: a.headers, Queries: queries})
		return err
	}) {
		return nil
	}
	responses := make([]backend.DataResponse, len(queries))
	for i, q := range queries {
		response, is := answer.Responses[q.RefID]
		switch {
		case !is:
			a.Errorf("query %d has no answer", i)
		case response.Error != nil && response.ErrorSource != backend.ErrorSourceDownstream:
			a.Errorf("the plugin says that it failed: %d: %.2000s", response.Status, response.Error)
		}
		responses[i] = response
	}
	return responses
}

// call asks for a resource; the answer is nil as that of ask.
func (a *assault) call(ctx context.Context, method, url string, body []byte) *backend.CallResourceResponse {
	var answer *backend.CallResourceResponse
	path, _, _ := strings.Cut(url, "?")
	if !a.timed(ctx, func(ctx context.Context) (err error) {
		answer, err = a.target.CallResource(ctx, &backend.CallResourceRequest{
			PluginContext: a.source, Method: method, Path: path, URL: url, Body: body,
			Headers: map[string][]string{"Content-Type": {"application/json"}},
		})
		return err
	}) {
		return nil
	}
	if answer.Status >= http.StatusInternalServerError && answer.Status != http.StatusBadGateway && answer.Status != http.StatusServiceUnavailable {
		a.Errorf("%s answers %d: %.2000s", path, answer.Status, answer.Body)
	}
	return answer
}

// timed does something that must end in time. It reports whether there is an
// answer.
func (a *assault) timed(ctx context.Context, do func(context.Context) error) bool {
	err := a.clock(ctx, do)
	if err != nil && !leaves(ctx) {
		a.Errorf("no answer: %v", err)
	}
	return err == nil
}

// tooLarge does something for which the plugin must refuse the request in time, as
// larger than what it receives.
func (a *assault) tooLarge(ctx context.Context, do func(context.Context) error) {
	if err := a.clock(ctx, do); status.Code(err) != codes.ResourceExhausted {
		a.Errorf("it is not refused as too large: %v", err)
	}
}

// clock does something, and takes note of how long it took.
func (a *assault) clock(ctx context.Context, do func(context.Context) error) error {
	limited, cancel := context.WithTimeout(ctx, a.within+grace)
	defer cancel()
	began := time.Now()
	err := do(limited)
	took := time.Since(began)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.slowest = max(a.slowest, took)
	if took > a.within {
		a.unanswered = a.unanswered || err != nil
		a.Errorf("an answer took %s, want at most %s: %v", round(took), a.within, err)
	}
	return err
}

// leaves reports whether the asker leaves before long.
func leaves(ctx context.Context) bool {
	_, is := ctx.Deadline()
	return is
}

// atOnce does something n times at the same time.
func atOnce(n int, do func(i int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { do(i) })
	}
	all.Wait()
}

// refused checks that an answer is the asker's mistake, which is told.
func (a *assault) refused(answers []backend.DataResponse) {
	a.Helper()
	if len(answers) == 0 {
		a.Error("there is no answer, want a refusal")
	}
	for i, answer := range answers {
		if answer.Error == nil || answer.Status != backend.StatusBadRequest {
			a.Errorf("query %d is answered with %d, %v, want a refusal", i, answer.Status, answer.Error)
		}
	}
}

// query is one of the last hour.
func query(kind string, fields map[string]any) backend.DataQuery {
	model := map[string]any{"queryType": kind}
	for name, value := range fields {
		model[name] = value
	}
	text, err := json.Marshal(model)
	if err != nil {
		panic(err)
	}
	at := time.Now()
	return backend.DataQuery{
		QueryType: kind, JSON: text, MaxDataPoints: 500, Interval: time.Minute,
		TimeRange: backend.TimeRange{From: at.Add(-time.Hour), To: at},
	}
}

// between is a query of another range.
func between(q backend.DataQuery, from, to time.Time) backend.DataQuery {
	q.TimeRange = backend.TimeRange{From: from, To: to}
	return q
}

// filter is an ad hoc filter.
func filter(key, operator, value string) []map[string]string {
	return []map[string]string{{"key": key, "operator": operator, "value": value}}
}
