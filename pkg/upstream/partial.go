package upstream

import (
	"slices"
	"strings"
)

// annotations lists how the engines of Prometheus, Mimir and Thanos begin what they
// say about an expression (util/annotations of Prometheus). Prometheus before 3.0
// and Thanos have both kinds among their warnings.
var annotations = []string{"PromQL warning:", "PromQL info:"}

// harmlessWarnings lists the other warnings that do not say that data is missing.
var harmlessWarnings = []string{
	"cost estimation failed",
	`for parameter "stats" is deprecated`,
}

// meansMissingData reports whether a server's warning means that its answer lacks
// data. Every warning does unless it is known to be about something else: Thanos
// passes on whatever the failed store said.
func meansMissingData(warning string) bool {
	begins := func(prefix string) bool { return strings.HasPrefix(warning, prefix) }
	in := func(part string) bool { return strings.Contains(warning, part) }
	return !slices.ContainsFunc(annotations, begins) && !slices.ContainsFunc(harmlessWarnings, in)
}
