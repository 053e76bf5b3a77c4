package plugin

import (
	"context"
	"errors"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/promise-slo/promise-slo-datasource/pkg/catalog"
	"github.com/promise-slo/promise-slo-datasource/pkg/guard"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// requestError describes what to fix in a query or in settings.
type requestError struct{ text string }

func (e *requestError) Error() string { return e.text }

func badRequest(text string) error { return &requestError{text} }

// statuses maps kinds of upstream errors to HTTP.
var statuses = map[upstream.Kind]backend.Status{
	upstream.Unreachable:   backend.StatusBadGateway,
	upstream.Unauthorized:  backend.StatusUnauthorized,
	upstream.NotPrometheus: backend.StatusBadGateway,
	upstream.BadQuery:      backend.StatusBadRequest,
	upstream.LimitExceeded: backend.StatusBadRequest,
	upstream.Throttled:     backend.StatusTooManyRequests,
	upstream.Unavailable:   backend.StatusBadGateway,
	upstream.Truncated:     backend.StatusBadGateway,
	upstream.Canceled:      statusCanceled,
	upstream.Timeout:       backend.StatusTimeout,
}

// statusCanceled follows proxies, which log it when the client has gone away.
const statusCanceled backend.Status = 499

// statusOf returns the status of an error, and whose fault it is: that of the
// server, the query or the settings (downstream), or that of this program (plugin).
func statusOf(err error) (backend.Status, backend.ErrorSource) {
	if kind, ok := upstream.KindOf(err); ok {
		return statuses[kind], backend.ErrorSourceDownstream
	}
	_, request := errors.AsType[*requestError](err)
	_, query := errors.AsType[*promql.Error](err)
	_, busy := errors.AsType[*busyError](err)
	_, label := errors.AsType[*promql.LabelError](err)
	_, definitions := errors.AsType[*catalog.SourceError](err)
	switch {
	case request || query || label || definitions:
		return backend.StatusBadRequest, backend.ErrorSourceDownstream
	case busy:
		return backend.StatusTooManyRequests, backend.ErrorSourceDownstream
	case errors.Is(err, context.Canceled):
		return statusCanceled, backend.ErrorSourceDownstream
	case errors.Is(err, context.DeadlineExceeded):
		return backend.StatusTimeout, backend.ErrorSourceDownstream
	}
	return http.StatusInternalServerError, backend.ErrorSourcePlugin
}

// errorResponse returns the response to a query that failed.
func errorResponse(err error) backend.DataResponse {
	status, source := statusOf(err)
	return backend.ErrDataResponseWithSource(status, source, err.Error())
}

// isServerError reports whether an error is not about one SLO's query alone.
func isServerError(err error) bool {
	if kind, ok := upstream.KindOf(err); ok {
		return kind != upstream.BadQuery && kind != upstream.LimitExceeded
	}
	if _, panicked := errors.AsType[*guard.PanicError](err); panicked {
		return true
	}
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
