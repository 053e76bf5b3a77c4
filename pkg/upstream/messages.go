package upstream

import (
	"net/http"
	"slices"
	"strings"
)

// expressionFaults lists what engines say, in lower case, when an expression cannot
// be evaluated on the data. They report it as an execution error, as they do a
// storage that fails: everything else is the server's fault.
var expressionFaults = []string{
	// Prometheus, promql/engine.go; Mimir and Thanos write most of them alike.
	"found duplicate series for the match group",
	"many-to-many matching not allowed",
	"multiple matches for labels",
	"vector cannot contain metrics with the same labelset",
	"parameter value is nan",
	"ratio value is nan",
	"underflows int64",
	"overflows int64",
	"invalid label name",
	"invalid expression type",
	"modifier can only be used with",
	"modifier is not supported with histograms",
	"modifier is disabled",
	"negative offset is disabled",
	// Prometheus, promql/functions.go.
	"invalid smoothing factor",
	"invalid trend factor",
	"in label_replace",
	"in label_join",
	// Prometheus, promql/info.go, and Mimir, operators/functions/info.go.
	"found duplicate series for info metric",
	"info sample should be float",
	"this should be an info metric",
	"conflicting label:",
	// Prometheus, promql/durations.go.
	"duration is nan or infinite",
	"duration must be greater than 0",
	"duration is out of range",
	"division by zero",
	"modulo by zero",
	// Prometheus, promql/parser, where a proxy passes it on as an execution error.
	"parse error",
	"unknown function",
	// Mimir, streamingpromql/operators/binops and operators/series_merging.go.
	"for the match group",
	"found both float and histogram samples",
	// Thanos, promql-engine: execution/parse/errors.go, storage/prometheus.
	"unsupported expression",
	"unsupported aggregate expression",
	"expression not implemented",
	"native histograms are not supported in extended range functions",
	// Cortex, Thanos: a regular expression of a matcher, which the store compiles.
	"error parsing regexp",
}

// storageFaults lists what VictoriaMetrics says when it cannot reach its storage,
// with the same status 422 as for expressions (app/vmselect/netstorage).
var storageFaults = []string{
	"from vmstorage nodes",
	"on vmstorage",
	"cannot obtain connection from a pool",
}

// timeoutMessages lists what servers say when an evaluation took longer than they
// allow.
var timeoutMessages = []string{
	// Prometheus, promql/engine.go.
	"query timed out",
	"query cost duration exceeded",
	// VictoriaMetrics, lib/searchutil.
	"the timeout can be adjusted with",
}

func containsAny(message string, texts []string) bool {
	message = strings.ToLower(message)
	return slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(message, text) })
}

// isTimeout reports whether a query took longer than the server allows.
func isTimeout(reply errorReply) bool {
	return reply.ErrorType == "timeout" || containsAny(reply.Error, timeoutMessages)
}

// isBadQuery reports whether the server cannot evaluate the expression.
// VictoriaMetrics writes the status where others name the error's type.
func isBadQuery(status int, reply errorReply) bool {
	if !reply.json {
		return false
	}
	switch reply.ErrorType {
	case "bad_data", "400":
		return true
	case "execution":
		return containsAny(reply.Error, expressionFaults)
	case "internal", "unavailable", "canceled":
		return false
	}
	refused := status == http.StatusBadRequest || status == http.StatusUnprocessableEntity || reply.ErrorType == "422"
	return refused && !containsAny(reply.Error, storageFaults)
}

// statusClosed is the status that servers answer with when they believe that the
// client has gone.
const statusClosed = 499

// isServerFailure reports whether the server, or a part of it, is in trouble. Thanos
// and Mimir answer 422 and 500 as well as 503 when a store is down.
func isServerFailure(status int, reply errorReply) bool {
	if status/100 == 5 || status == statusClosed {
		return true
	}
	switch reply.ErrorType {
	case "execution", "internal", "unavailable", "canceled":
		return true
	}
	return reply.json && containsAny(reply.Error, storageFaults)
}
