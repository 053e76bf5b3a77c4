package upstream

import "github.com/prometheus/prometheus/model/labels"

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
