package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/prometheus/common/model"

	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

const urlVariable = "PROMISE_PROMETHEUS_URL"

// connection contains the flags that say how to reach the server.
type connection struct {
	Prometheus string `help:"Address of the server; $PROMISE_PROMETHEUS_URL by default." placeholder:"URL" group:"Server:"`

	credentials

	Concurrency int            `help:"Maximum number of requests at a time." default:"8" group:"Server:"`
	MaxRange    model.Duration `help:"Longest time range of one request, such as 7d; no limit by default." placeholder:"DURATION" group:"Server:"`
	Timeout     model.Duration `help:"Timeout of one request." default:"1m" group:"Server:"`
}

// hasAddress reports whether the address of a server is given.
func (c *connection) hasAddress(env func(string) string) bool {
	return c.Prometheus != "" || env(urlVariable) != ""
}

func (c *connection) client(env func(string) string) (*upstream.Client, error) {
	address := c.Prometheus
	if address == "" {
		address = env(urlVariable)
	}
	switch {
	case address == "":
		return nil, fmt.Errorf("there is no server: give its address with --prometheus or $%s", urlVariable)
	case c.Concurrency < 1:
		return nil, errors.New("--concurrency must be at least 1")
	case c.Timeout <= 0:
		return nil, errors.New("--timeout must be more than 0")
	}
	transport, err := c.transport(env)
	if err != nil {
		return nil, err
	}
	httpClient, err := upstream.NewHTTPClient(transport)
	if err != nil {
		return nil, err
	}
	return upstream.New(upstream.Options{
		URL: address, HTTPClient: httpClient, Concurrency: c.Concurrency,
		MaxRange: time.Duration(c.MaxRange), Timeout: time.Duration(c.Timeout),
	})
}
