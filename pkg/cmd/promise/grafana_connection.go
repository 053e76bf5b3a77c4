package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/prometheus/common/model"

	"github.com/promise-slo/promise-slo-datasource/pkg/grafana"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

const (
	grafanaVariable = "GRAFANA_URL"
	tokenVariable   = "GRAFANA_TOKEN"
)

// grafanaConnection contains the flags that say how to reach Grafana.
type grafanaConnection struct {
	URL   string `name:"url" help:"Address of Grafana; $GRAFANA_URL by default." placeholder:"URL" group:"Server:"`
	Token string `help:"Token of a service account; $GRAFANA_TOKEN by default, which other users of the machine do not see." placeholder:"TOKEN" group:"Server:"`

	credentials

	Timeout model.Duration `help:"Timeout of one request." default:"30s" group:"Server:"`
}

func (c *grafanaConnection) client(env func(string) string) (*grafana.Client, error) {
	address := c.URL
	if address == "" {
		address = env(grafanaVariable)
	}
	switch {
	case address == "":
		return nil, fmt.Errorf("there is no Grafana: give its address with --url or $%s", grafanaVariable)
	case c.Timeout <= 0:
		return nil, errors.New("--timeout must be more than 0")
	}
	transport, err := c.transport(env)
	if err != nil {
		return nil, err
	}
	if err := c.identify(&transport, env); err != nil {
		return nil, err
	}
	httpClient, err := upstream.NewHTTPClient(transport)
	if err != nil {
		return nil, err
	}
	return grafana.New(address, httpClient, time.Duration(c.Timeout))
}

// identify adds the token, which is that of the environment if no flag gives
// credentials.
func (c *grafanaConnection) identify(o *upstream.TransportOptions, env func(string) string) error {
	given := o.User != "" || o.BearerToken != ""
	switch {
	case c.Token != "" && given:
		return errors.New("--token cannot be combined with --user or --bearer-token-file")
	case c.Token != "":
		o.BearerToken = c.Token
	case !given:
		o.BearerToken = env(tokenVariable)
	}
	if o.User == "" && o.BearerToken == "" {
		return fmt.Errorf("there are no credentials: give a service account's token with --token or $%s, or a user with --user", tokenVariable)
	}
	return nil
}
