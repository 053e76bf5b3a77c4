// Package upstream is a client of the Prometheus HTTP API, as Prometheus,
// Mimir, Thanos, Cortex and VictoriaMetrics speak it. It keeps within the
// server's limits by splitting requests, waits and tries again where that
// helps, shares the answers of identical concurrent questions, and says in
// plain words what is wrong where it cannot answer. While the server as a whole
// fails, it tells so to everybody who asks, and tries again every few seconds.
package upstream

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"sync/atomic"

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

	slots   *slots
	circuit *circuit
	trouble trouble
	// life ends with Close.
	life context.Context
	end  context.CancelCauseFunc
	// getOnly is set once the server or a proxy has refused POST.
	getOnly atomic.Bool
	// shared is what is being asked for at this time, by question.
	shared singleflight.Group[string, any]
}

// New returns a client for the server at opts.URL. It does not connect yet.
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
	life, end := context.WithCancelCause(context.Background())
	return &Client{
		options: opts,
		server:  where,
		http:    guardRedirects(opts.HTTPClient),
		params:  standingParams(opts, where),
		pauses:  defaultPauses,
		slots:   newSlots(opts.Concurrency),
		circuit: newCircuit(),
		life:    life,
		end:     end,
	}, nil
}

// Close ends all questions, with an error of kind Cancelled, as it does those that
// are asked afterwards, and closes idle connections. Call it when the client is
// replaced by another.
func (c *Client) Close() {
	c.end(&Error{Kind: Cancelled, Message: "the connection to " + c.name() + " was closed", Hint: "Ask again"})
	c.http.CloseIdleConnections()
}

// during returns a context that ends with ctx or with the client.
func (c *Client) during(ctx context.Context) (context.Context, context.CancelFunc) {
	return merged(ctx, c.life)
}

// merged returns a context that ends with either, and with its cause.
func merged(ctx, other context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(other, func() { cancel(context.Cause(other)) })
	return ctx, func() { stop(); cancel(nil) }
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

// share has callers who ask the same question at the same time, with the same
// priority, wait for one answer. The asking ends when all of them have gone away,
// not before.
func share[T any](ctx context.Context, c *Client, question string, ask func(context.Context) (T, error)) (T, error) {
	key := strconv.Itoa(int(PriorityOf(ctx))) + " " + question
	answer, _, err := c.shared.Do(withDeadlineValue(ctx), key, func(ctx context.Context) (any, error) {
		memory := c.options.Memory.open()
		defer memory.close()
		return ask(withAccount(ctx, memory))
	})
	if err == nil {
		return answer.(T), nil
	}
	var none T
	if _, ours := KindOf(err); !ours {
		err = gone(err)
	}
	return none, err
}
