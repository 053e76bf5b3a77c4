package upstream

import (
	"slices"
	"strings"
)

// annotations are how the engines of Prometheus, Mimir and Thanos begin what
// they say about an expression (util/annotations of Prometheus). Prometheus
// before 3.0 and Thanos have both kinds among their warnings.
var annotations = []string{"PromQL warning:", "PromQL info:"}

// asides are the other warnings that do not say that data is missing.
var asides = []string{
	"cost estimation failed",
	`for parameter "stats" is deprecated`,
}

// saysMissing reports whether a warning of the server means that its answer
// lacks data. Every warning does that is not known to be about something else:
// Thanos passes on whatever the store that failed said.
func saysMissing(warning string) bool {
	begins := func(prefix string) bool { return strings.HasPrefix(warning, prefix) }
	in := func(part string) bool { return strings.Contains(warning, part) }
	return !slices.ContainsFunc(annotations, begins) && !slices.ContainsFunc(asides, in)
}
