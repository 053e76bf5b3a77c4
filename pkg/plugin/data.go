package plugin

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/guard"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// QueryData answers queries, all at the same time. They share the ledgers, and so
// the requests to the server.
func (d *Datasource) QueryData(ctx context.Context, req *backend.QueryDataRequest) (*backend.QueryDataResponse, error) {
	ctx, done := d.withLifetime(ctx)
	defer done()
	if n := len(req.Queries); n > d.limits.Queries {
		query := fmt.Sprintf("%d queries are more than the %d of a request", n, d.limits.Queries)
		return refuse(req, limitError("queries", query, "ask in several requests")), nil
	}
	leave, err := processLoad.take(sizeOf(req.Queries))
	if err != nil {
		return refuse(req, err), nil
	}
	defer leave()
	responses := make([]backend.DataResponse, len(req.Queries))
	alerting := fromAlert(req)
	if alerting {
		ctx = upstream.WithPriority(ctx, upstream.Urgent)
	}
	var wg sync.WaitGroup
	for i, q := range req.Queries {
		wg.Go(func() { responses[i] = d.respond(ctx, q, alerting) })
	}
	wg.Wait()
	answer := backend.NewQueryDataResponse()
	for i, q := range req.Queries {
		answer.Responses[q.RefID] = responses[i]
	}
	return answer, nil
}

// refuse answers all queries of a request with an error.
func refuse(req *backend.QueryDataRequest, err error) *backend.QueryDataResponse {
	answer := backend.NewQueryDataResponse()
	for _, q := range req.Queries {
		answer.Responses[q.RefID] = errorResponse(err)
	}
	return answer
}

// respond answers one query. A panic becomes the error of the answer, since it would
// take the queries of other data sources down with this one.
func (d *Datasource) respond(ctx context.Context, q backend.DataQuery, alerting bool) (response backend.DataResponse) {
	log := backend.Logger.FromContext(ctx).With("refId", q.RefID)
	var frames data.Frames
	err := guard.Func(func() (err error) {
		frames, err = d.answer(ctx, q, alerting)
		return err
	})()
	if err != nil {
		logPanic(ctx, err)
		log.Warn("A query failed", "error", err)
		response = errorResponse(err)
	}
	response.Frames = frames
	return response
}

// logPanic logs the stack of a panic, if the error is one.
func logPanic(ctx context.Context, err error) {
	if p, ok := errors.AsType[*guard.PanicError](err); ok {
		backend.Logger.FromContext(ctx).Error("A request panicked", "panic", p.Value, "stack", p.Stack)
	}
}

// fromAlert reports whether the queries are those of an alert rule. Grafana says so
// in a plain header, or in a forwarded one.
func fromAlert(req *backend.QueryDataRequest) bool {
	const yes = "true"
	return req.Headers[backend.FromAlertHeaderName] == yes || req.GetHTTPHeader(backend.FromAlertHeaderName) == yes
}
