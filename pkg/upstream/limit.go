package upstream

// limitMessages lists what servers say when a query exceeds one of their limits, in
// lower case.
var limitMessages = []string{
	// Prometheus.
	"exceeded maximum resolution",
	"too many samples",
	"too many series",
	// Mimir; every limit on the size of a query has such an identifier.
	"err-mimir-max-",
	// Cortex and Mimir.
	"the query time range exceeds the limit",
	"the query hit the max number of",
	"the query hit the aggregated",
	"the query exceeded the maximum",
	"the query exceeded the aggregated",
	// Thanos.
	"exceeded series limit",
	"exceeded samples limit",
	"exceeded chunks limit",
	"exceeded bytes limit",
	// VictoriaMetrics: most name the flag that sets the limit.
	"too many points for the given step",
	"-search.max",
	"not enough memory for processing",
	// gRPC, between the parts of Mimir, Cortex and Thanos.
	"received message larger than max",
}

// fixedLimitMessages lists those of limits that asking for less of the same does
// not keep within: the length of the expression and the number of requests.
var fixedLimitMessages = []string{
	"-search.maxquerylen",
	"query-expression-size",
	"-search.maxconcurrentrequests",
	"-search.maxqueueduration",
}

// exceedsLimit reports whether a server's message is about a limit that a smaller
// query may keep within.
func exceedsLimit(message string) bool {
	return containsAny(message, limitMessages) && !containsAny(message, fixedLimitMessages)
}
