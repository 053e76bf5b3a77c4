package budget

import (
	"slices"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Firing returns the severity of the most urgent alert that fires, empty if none
// does. Severities whose alerts the author turned off never fire.
func (e *Evaluation) Firing() slo.Severity {
	for _, severity := range slo.Severities() {
		if !slices.Contains(e.terms.Silenced, severity) && e.holds(severity) {
			return severity
		}
	}
	return ""
}

// holds reports whether an alert condition of a severity holds.
func (e *Evaluation) holds(severity slo.Severity) bool {
	return slices.ContainsFunc(e.Alerts(), func(a Alert) bool { return a.Severity == severity && a.Firing() })
}
