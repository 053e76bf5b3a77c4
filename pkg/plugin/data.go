package plugin

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// QueryData answers queries, all at the same time. They share the ledgers, and
// so what is asked of the server.
func (d *Datasource) QueryData(ctx context.Context, req *backend.QueryDataRequest) (*backend.QueryDataResponse, error) {
	ctx, done := d.during(ctx)
	defer done()
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

// respond answers one query. A panic is the answer's error, for it would take
// the other data sources' queries down with this one.
func (d *Datasource) respond(ctx context.Context, q backend.DataQuery, alerting bool) (response backend.DataResponse) {
	log := backend.Logger.FromContext(ctx).With("refId", q.RefID)
	defer func() {
		if p := recover(); p != nil {
			log.Error("A query panicked", "panic", p, "stack", string(debug.Stack()))
			response = failure(fmt.Errorf("the plugin failed: %v; please report this with the log of the Grafana server", p))
		}
	}()
	frames, err := d.answer(ctx, q, alerting)
	if err != nil {
		log.Warn("A query failed", "error", err)
		response = failure(err)
	}
	response.Frames = frames
	return response
}

// fromAlert says that an alert rule asks. Grafana tells it in a plain header,
// or in a forwarded one.
func fromAlert(req *backend.QueryDataRequest) bool {
	const yes = "true"
	return req.Headers[backend.FromAlertHeaderName] == yes || req.GetHTTPHeader(backend.FromAlertHeaderName) == yes
}
