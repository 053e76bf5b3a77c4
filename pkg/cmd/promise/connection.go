package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

const (
	urlVariable      = "PROMISE_PROMETHEUS_URL"
	passwordVariable = "PROMISE_PASSWORD"
)

// connection is how to reach the server.
type connection struct {
	Prometheus string `help:"Address of the server; $PROMISE_PROMETHEUS_URL by default." placeholder:"URL" group:"Server:"`

	Header          []string `help:"Header of every request, such as 'X-Scope-OrgID: shop'; can be repeated." placeholder:"'NAME: VALUE'" sep:"none" group:"Server:"`
	User            string   `help:"Basic authentication; without :PASSWORD it is taken from $PROMISE_PASSWORD." placeholder:"NAME[:PASSWORD]" group:"Server:"`
	BearerTokenFile string   `help:"File with a bearer token." placeholder:"FILE" group:"Server:"`
	TLSCA           string   `name:"tls-ca" help:"File with the certificates of the authorities to trust." placeholder:"FILE" group:"Server:"`
	TLSCert         string   `name:"tls-cert" help:"File with the client's certificate." placeholder:"FILE" group:"Server:"`
	TLSKey          string   `name:"tls-key" help:"File with the client's key." placeholder:"FILE" group:"Server:"`
	TLSServerName   string   `name:"tls-server-name" help:"Name that the server's certificate must have." placeholder:"NAME" group:"Server:"`
	TLSInsecure     bool     `name:"tls-insecure" help:"Accept any certificate." group:"Server:"`

	Concurrency int            `help:"Most requests at a time." default:"8" group:"Server:"`
	MaxRange    model.Duration `help:"Longest time for which one request asks, such as 7d; no limit by default." placeholder:"DURATION" group:"Server:"`
	Timeout     model.Duration `help:"How long to wait for the answer to one request." default:"1m" group:"Server:"`
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

func (c *connection) transport(env func(string) string) (upstream.TransportOptions, error) {
	o := upstream.TransportOptions{
		CAFile: c.TLSCA, CertFile: c.TLSCert, KeyFile: c.TLSKey, ServerName: c.TLSServerName,
		InsecureSkipVerify: c.TLSInsecure, UserAgent: "promise/" + buildVersion(),
	}
	if c.User != "" {
		var given bool
		if o.User, o.Password, given = strings.Cut(c.User, ":"); !given {
			o.Password = env(passwordVariable)
		}
	}
	if c.BearerTokenFile != "" {
		token, err := os.ReadFile(c.BearerTokenFile)
		if err != nil {
			return o, fmt.Errorf("--bearer-token-file: %w", err)
		}
		if o.BearerToken = strings.TrimSpace(string(token)); o.BearerToken == "" {
			return o, fmt.Errorf("--bearer-token-file: %s is empty", c.BearerTokenFile)
		}
	}
	var err error
	o.Headers, err = parseHeaders(c.Header)
	return o, err
}

func parseHeaders(lines []string) (map[string]string, error) {
	headers := map[string]string{}
	for _, line := range lines {
		name, value, ok := strings.Cut(line, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !ok || name == "" {
			return nil, fmt.Errorf("a --header has no name: write it as 'NAME: VALUE', such as 'X-Scope-OrgID: shop'")
		}
		headers[name] = value
	}
	return headers, nil
}
