package definition

import (
	"slices"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/openslo"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/promise"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/pyrra"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/sloth"
)

// formats returns all formats that are read, a line for each package.
func formats() []format.Format {
	return slices.Concat(
		openslo.Formats(),
		promise.Formats(),
		sloth.Formats(),
		pyrra.Formats(),
	)
}
