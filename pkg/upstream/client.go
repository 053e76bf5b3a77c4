// Package upstream is a client of the Prometheus HTTP API, as Prometheus,
// Mimir, Thanos, Cortex and VictoriaMetrics speak it. It keeps within the
// server's limits by splitting requests, waits and tries again where that
// helps, shares the answers of identical concurrent questions, and says in
// plain words what is wrong where it cannot answer.
package upstream

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"sync/atomic"

	"golang.org/x/sync/semaphore"
	"resenje.org/singleflight"
)

// Client asks one server. It is safe for concurrent use.
type Client struct {
	options Options
	server  server
	http    *http.Client
	params  url.Values
	pauses  pauses
	clock   clock

	slots *semaphore.Weighted
	// getOnly is set once the server or a proxy has refused POST.
	getOnly atomic.Bool
	// shared is what is being asked for at this time, by question.
	shared singleflight.Group[string, any]
}

// New is a client for the server at opts.URL. It does not connect yet.
func New(opts Options) (*Client, error) {
	opts = opts.withDefaults()
	where, err := parseServer(opts.URL)
	if err != nil {
		return nil, err
	}
	if opts.HTTPClient == nil {
		if opts.HTTPClient, err = NewHTTPClient(TransportOptions{}); err != nil {
			return nil, err
		}
	}
	if limit := opts.HTTPClient.Timeout; limit > 0 {
		opts.Timeout = min(opts.Timeout, limit)
	}
	return &Client{
		options: opts,
		server:  where,
		http:    guardRedirects(opts.HTTPClient),
		params:  standingParams(opts, where),
		pauses:  defaultPauses,
		slots:   semaphore.NewWeighted(int64(opts.Concurrency)),
	}, nil
}

// resolutionParam is Thanos' name for the coarsest downsampled blocks that it may
// read; rawSamples is none.
const (
	resolutionParam = "max_source_resolution"
	rawSamples      = "0s"
)

// standingParams returns what goes with every request. Servers ignore what they
// do not know. The user's own come first, but for the resolution: what is asked
// for depends on it.
func standingParams(opts Options, where server) url.Values {
	params := url.Values{
		// VictoriaMetrics moves times to where its cache has them otherwise.
		"nocache": {"1"},
		// Half an answer is refused: by Thanos, by VictoriaMetrics' cluster.
		"partial_response":      {"false"},
		"deny_partial_response": {"1"},
	}
	if opts.Stats {
		params.Set("stats", "true")
	}
	maps.Copy(params, where.params)
	maps.Copy(params, opts.Params)
	// A bare selector over Thanos' downsampled blocks is their mean.
	params.Set(resolutionParam, rawSamples)
	return params
}

// share has callers who ask the same question at the same time wait for one
// answer. The asking ends when all of them have gone away, not before.
func share[T any](ctx context.Context, c *Client, question string, ask func(context.Context) (T, error)) (T, error) {
	answer, _, err := c.shared.Do(withDeadlineValue(ctx), question, func(ctx context.Context) (any, error) { return ask(ctx) })
	if err == nil {
		return answer.(T), nil
	}
	var none T
	if _, ours := KindOf(err); !ours {
		err = gone(err)
	}
	return none, err
}
