// Package definition reads documents that define service level objectives
// into the domain's types: those of OpenSLO (openslo/v1 and openslo/v1alpha),
// of Sloth (files of the version prometheus/v1 and the Kubernetes kind
// PrometheusServiceLevel), of Pyrra (ServiceLevelObjective), and what makes
// an SLO of any format a promise (promise.slo/v1). Reading never fails as a
// whole: what is wrong with a document is told as problems, each with its
// file, line and field, and with what to write instead; the other documents
// are not affected.
//
// Files are parsed one by one, without regard to each other. References
// between documents are resolved afterwards, over all files, so that the
// result of a file that did not change can be used again (see Reader).
//
// Documents of Sloth and Pyrra lack some of what an SLO has:
//   - An SLO of Sloth is named SERVICE-NAME, as its id is in Sloth, and has its
//     NAME as the display name. Its window is Sloth's default, 30 days rolling:
//     another one is an argument of Sloth that its documents do not tell.
//   - An SLO of Pyrra has the name of its resource. Its service is its label
//     service, if it has one. Labels that begin with pyrra.dev/ lose that.
//   - Both have the namespace of their resource as the label namespace, unless
//     they have such a label, and may have the annotation promise.slo/group-by,
//     which takes the place of Pyrra's grouping.
//   - Their queries without a rate are read as counters.
package definition

import (
	"slices"
	"strings"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// File is the content of a file of definitions.
type File struct {
	// Path names the file in positions; empty means an inline definition.
	Path    string
	Content []byte
}

// Set is what was read. Sets of a Reader may share maps and slices with each
// other: treat them as read-only.
type Set struct {
	// SLOs are those without an error, by file path and position.
	SLOs []slo.SLO
	// Services are those that have a document of their own.
	Services []Service
	// Problems are all errors and warnings, by file path and position.
	Problems []Problem
}

// Service groups SLOs; their field Service is its Name.
type Service struct {
	Name        string
	DisplayName string
	Description string
	Labels      map[string]string
	Source      slo.Position
}

// Read reads files from memory, within DefaultLimits.
func Read(files ...File) *Set {
	files = slices.Clone(files)
	slices.SortStableFunc(files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	limits := DefaultLimits()
	parsed := make([]*contents, len(files))
	for i, f := range files {
		parsed[i] = parse(f, limits)
	}
	return resolve(parsed, limits, time.Now())
}
