package attack_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/promise-slo/promise-slo-datasource/internal/plugin"
)

const (
	// received is the most that the plugin receives in one request.
	received = 7 << 20
	// manyBodies is how many requests come at once.
	manyBodies = 60
)

// bodies are attacks of many large requests at once.
var bodies = []attack{
	{name: "60 requests of 15 MB at once", requests: none, send: func(a *assault) {
		for _, ask := range []func(context.Context) error{a.statusOf(15 << 20), a.validationOf(15 << 20)} {
			atOnce(manyBodies, func(int) { a.tooLarge(a.Context(), ask) })
		}
	}},
	{name: "60 requests as large as they may be at once", requests: none, send: func(a *assault) {
		for _, ask := range []func(context.Context) error{a.statusOf(received), a.validationOf(received)} {
			atOnce(manyBodies, func(int) { a.timed(a.Context(), ask) })
		}
	}},
	{name: "60 requests of 100 queries of 60 KiB at once", requests: 2 * perSLO, send: func(a *assault) {
		queries := make([]backend.DataQuery, 100)
		for i := range queries {
			queries[i] = query("status", map[string]any{"slos": known, "unknown": strings.Repeat("a", 60<<10)})
		}
		ask := a.queries(queries...)
		var answered, busy atomic.Int64
		atOnce(manyBodies, func(int) {
			a.timed(a.Context(), func(ctx context.Context) error {
				answer, err := ask(ctx)
				switch {
				case err != nil:
					return err
				case answer.Responses["Q0"].Error == nil:
					answered.Add(1)
				case answer.Responses["Q0"].Status == backend.StatusTooManyRequests:
					busy.Add(1)
				default:
					return answer.Responses["Q0"].Error
				}
				return nil
			})
		})
		a.Logf("%d are answered, %d are told to ask again", answered.Load(), busy.Load())
		if answered.Load() == 0 {
			a.Error("none is answered")
		}
	}},
}

// statusOf returns what sends a query of which the message has a size, and checks
// that an answer refuses it.
func (a *assault) statusOf(size int) func(context.Context) error {
	q := query("status", map[string]any{"slos": ""})
	q.JSON = bytes.Join([][]byte{[]byte(`{"slos":"`), []byte(`"}`)}, bytes.Repeat([]byte("a"), size-a.overhead()))
	ask := a.queries(q)
	return func(ctx context.Context) error {
		answer, err := ask(ctx)
		if err != nil {
			return err
		}
		switch r := answer.Responses["Q0"]; r.Status {
		case backend.StatusBadRequest, backend.StatusTooManyRequests:
			return nil
		default:
			return fmt.Errorf("it is answered with %d, %w, want a refusal", r.Status, r.Error)
		}
	}
}

// validationOf returns what has a text checked of which the message has a size, and
// checks that an answer refuses it.
func (a *assault) validationOf(size int) func(context.Context) error {
	m, err := plugin.NewResourceMessage(&backend.CallResourceRequest{
		PluginContext: a.source, Method: http.MethodPost, Path: "validate", URL: "validate",
		Body: bytes.Repeat([]byte("#"), size-a.overhead()),
	})
	if err != nil {
		a.Fatal(err)
	}
	return func(ctx context.Context) error {
		answer, err := a.target.CallResourceMessage(ctx, m)
		if err == nil && answer.Status != http.StatusBadRequest && answer.Status != http.StatusTooManyRequests {
			return fmt.Errorf("it is answered with %d, %.2000s, want a refusal", answer.Status, answer.Body)
		}
		return err
	}
}

// queries returns what asks queries in one request, which takes its memory once
// however often it is sent.
func (a *assault) queries(all ...backend.DataQuery) func(context.Context) (*backend.QueryDataResponse, error) {
	for i := range all {
		all[i].RefID = fmt.Sprint("Q", i)
	}
	m, err := plugin.NewQueryMessage(&backend.QueryDataRequest{PluginContext: a.source, Queries: all})
	if err != nil {
		a.Fatal(err)
	}
	return func(ctx context.Context) (*backend.QueryDataResponse, error) {
		return a.target.QueryDataMessage(ctx, m)
	}
}

// overhead is about what a message has beside its text.
func (a *assault) overhead() int { return len(a.source.DataSourceInstanceSettings.JSONData) + 1<<10 }
