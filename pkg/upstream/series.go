package upstream

import (
	"time"

	"github.com/prometheus/prometheus/model/labels"
)

// Series is one time series of an answer.
type Series struct {
	// Labels are empty for a scalar.
	Labels labels.Labels
	// Samples are in order of time, each time once.
	Samples []Sample
}

// Sample is a value at a time.
type Sample struct {
	// T is the time in milliseconds since the epoch.
	T int64
	// V may be NaN or infinite.
	V float64
}

// Meta is what a server says about an answer.
type Meta struct {
	// Warnings say that the answer may be incomplete or wrong; Infos do not.
	Warnings, Infos []string
	// Partial says that the server knows of data that the answer lacks: a part
	// of its storage failed, or a limit cut the answer short. The same question
	// may have another answer later. Warnings about the expression, which begin
	// with "PromQL warning:" or "PromQL info:", do not make an answer partial.
	Partial bool
	// Cut is the first time of a Range at which the server looked, if it left
	// out those before because of its retention or of its limit on how far back
	// queries look; a warning tells people. It is zero if the answer does not
	// show that: because it is empty, because the times left are on the grid,
	// or because the server, as most do, just finds nothing there. Instant and
	// Samples never show it.
	Cut time.Time
	// Stats are zero unless Options.Stats asks for them and the server has them.
	Stats Stats
}

// Stats is the work that an answer cost the server.
type Stats struct {
	// Samples is the number of samples touched (totalQueryableSamples), in
	// all requests of the answer.
	Samples int64
	// PeakSamples is the most samples held in memory at once by one request.
	PeakSamples int64
}
