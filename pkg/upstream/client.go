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
	retries retryPolicy
	clock   clock

	slots   *slots
	circuit *circuit
	outage  outage
	// life ends with Close.
	life context.Context
	end  context.CancelCauseFunc
	// getOnly is set once the server or a proxy has refused POST.
	getOnly atomic.Bool
	// shared holds the queries that are being asked, by their text.
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
		params:  baseParams(opts, where),
		retries: defaultRetries,
		slots:   newSlots(opts.Concurrency),
		circuit: newCircuit(),
		life:    life,
		end:     end,
	}, nil
}

// Close ends all queries, present and future, with an error of kind Canceled, and
// closes idle connections. Call it when another client replaces this one.
func (c *Client) Close() {
	c.end(&Error{Kind: Canceled, Message: "the connection to " + c.name() + " was closed", Hint: "Ask again"})
	c.http.CloseIdleConnections()
}

// withLife returns a context that ends with ctx or with the client.
func (c *Client) withLife(ctx context.Context) (context.Context, context.CancelFunc) {
	return joinContexts(ctx, c.life)
}

// resolutionParam is Thanos' name for the coarsest downsampled blocks that it may
// read; rawSamples allows none.
const (
	resolutionParam = "max_source_resolution"
	rawSamples      = "0s"
)

// baseParams returns what goes with every request. Servers ignore what they do not
// know. The user's own parameters come first, except for the resolution: the
// queries depend on it.
func baseParams(opts Options, where server) url.Values {
	params := url.Values{
		// Otherwise VictoriaMetrics moves times to where its cache has them.
		"nocache": {"1"},
		// Refuse partial answers: Thanos, and VictoriaMetrics' cluster.
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

// shareFlight makes callers who ask the same query at the same time, with the same
// priority, share one answer. The query ends when all of them have gone away, not
// before.
func shareFlight[T any](ctx context.Context, c *Client, key string, ask func(context.Context) (T, error)) (T, error) {
	flight := strconv.Itoa(int(PriorityOf(ctx))) + " " + key
	answer, _, err := c.shared.Do(withDeadlineValue(ctx), flight, func(ctx context.Context) (any, error) {
		memory := c.options.Memory.reserve()
		defer memory.close()
		return ask(withReservation(ctx, memory))
	})
	if err == nil {
		return answer.(T), nil
	}
	var none T
	if _, ours := KindOf(err); !ours {
		err = callerError(err)
	}
	return none, err
}
