package upstream

import (
	"time"

	"github.com/prometheus/prometheus/model/labels"
)

// Series holds one time series of an answer.
type Series struct {
	// Labels, empty for a scalar.
	Labels labels.Labels
	// Samples in order of time, each time once.
	Samples []Sample
}

// Sample holds a value at a time.
type Sample struct {
	// Time in milliseconds since the epoch.
	T int64
	// The value; may be NaN or infinite.
	V float64
}

// Meta holds what a server says about an answer.
type Meta struct {
	// Warnings say that the answer may be incomplete or wrong; Infos do not.
	Warnings, Infos []string
	// Partial says that the server knows of data that the answer lacks: a part
	// of its storage failed, or a limit cut the answer short. The same query
	// may have another answer later. Warnings about the expression, which begin
	// with "PromQL warning:" or "PromQL info:", do not make an answer partial.
	Partial bool
	// Cut is the first time of a Range at which the server looked, if it left out
	// those before because of its retention or of its limit on how far back queries
	// look; a warning says so. It is zero if the answer does not show that: because
	// it is empty, because the times left are on the grid, or because the server,
	// as most do, just finds nothing there. Instant and Samples never show it.
	Cut time.Time
	// Zero unless Options.Stats asks for them and the server has them.
	Stats Stats
}

// Stats counts the work that an answer cost the server.
type Stats struct {
	// Samples touched (totalQueryableSamples), in all requests of the answer.
	Samples int64
	// The most samples held in memory at once by one request.
	PeakSamples int64
}
