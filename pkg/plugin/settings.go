package plugin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"

	"github.com/promise-slo/promise-slo-datasource/pkg/api"
	"github.com/promise-slo/promise-slo-datasource/pkg/catalog"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// Settings describe what a person configures for a data source, beside the
// address and the credentials of the server, which Grafana keeps.
type Settings struct {
	Definitions DefinitionSettings `json:"definitions,omitzero"`
	// The longest time for which one request asks the server, such as Mimir's
	// maximum query length; empty means no limit.
	MaxRange Duration `json:"maxRange,omitempty"`
	// The most requests to the server at a time; 0 means 8.
	Concurrency int `json:"concurrency,omitempty"`
	// The time zone in which the days of rolling windows begin; empty means UTC.
	TimeZone string `json:"timeZone,omitempty"`
	// Parameters that are sent with every request, such as dedup=true, and that
	// take precedence over the client's own.
	QueryParams string `json:"queryParams,omitempty"`
	// How long to wait for late samples; empty means 10m.
	Settle Duration `json:"settle,omitempty"`
	Limits Limits   `json:"limits,omitzero"`

	OAuthPassThru bool     `json:"oauthPassThru,omitempty"`
	KeepCookies   []string `json:"keepCookies,omitempty"`
}

// DefinitionSettings say where the definitions of SLOs are.
type DefinitionSettings struct {
	// Empty means inline.
	Source DefinitionSource `json:"source,omitempty"`
	// YAML text.
	Inline string `json:"inline,omitempty"`
	// A path below the folder that the administrator allows.
	Folder string `json:"folder,omitempty"`
	// The period that Sloth is run with, such as 28d, which its files do not say;
	// empty means that of AlertWindows, or 30d.
	SlothPeriod string `json:"slothPeriod,omitempty"`
}

// DefinitionSource says whether definitions are in the settings or in a folder of
// the server.
type DefinitionSource string

const (
	sourceInline DefinitionSource = "inline"
	sourceFolder DefinitionSource = "folder"
)

// source returns the source of definitions; a folder must lie below the root.
func (s DefinitionSettings) source(root string) catalog.Source {
	if s.Source == sourceFolder {
		return s.withPeriod(catalog.Folder{Root: root, Path: s.Folder})
	}
	return s.withPeriod(catalog.Inline(s.Inline))
}

// withPeriod returns a source whose definitions of Sloth have the period of the
// settings, which are valid.
func (s DefinitionSettings) withPeriod(source catalog.Source) catalog.Source {
	period, err := definition.ParsePeriod(s.SlothPeriod)
	if err != nil {
		return source
	}
	return catalog.WithSlothPeriod(source, period)
}

// whereToWrite says what to do where no SLO is defined.
func (s DefinitionSettings) whereToWrite() string {
	if s.Source == sourceFolder {
		return "put definitions into its folder, in files that end in .yaml or .yml"
	}
	return "write definitions in the settings of the data source"
}

// Duration is a duration as PromQL writes it, such as 30d, in JSON.
type Duration = api.Duration

// readSettings reads a data source's settings. The error says what to fix.
func readSettings(jsonData json.RawMessage) (Settings, error) {
	var s Settings
	if len(bytes.TrimSpace(jsonData)) > 0 {
		if err := json.Unmarshal(jsonData, &s); err != nil {
			return s, fmt.Errorf("the settings cannot be read: %w", err)
		}
	}
	var err error
	if s.Limits, err = s.Limits.withDefaults(); err != nil {
		return s, err
	}
	return s, s.validate()
}

func (s Settings) validate() error {
	if s.OAuthPassThru || len(s.KeepCookies) > 0 {
		return errors.New("the settings forward each person's own identity (OAuth or cookies) to the server, " +
			"but answers are kept and shared among all people; turn the forwarding off and give the data source credentials of its own")
	}
	if s.Concurrency < 0 {
		return fmt.Errorf("the setting concurrency is %d; write the number of requests at a time, such as 8", s.Concurrency)
	}
	if _, err := s.location(); err != nil {
		return err
	}
	if _, err := s.params(); err != nil {
		return err
	}
	if _, err := definition.ParsePeriod(s.Definitions.SlothPeriod); err != nil {
		return fmt.Errorf("the setting definitions.slothPeriod is not valid: %w", err)
	}
	switch s.Definitions.Source {
	case "", sourceInline, sourceFolder:
		return nil
	}
	return fmt.Errorf("the setting definitions.source is %q; write %s or %s", s.Definitions.Source, sourceInline, sourceFolder)
}

// location returns the time zone in which days of rolling windows begin.
func (s Settings) location() (*time.Location, error) {
	location, err := time.LoadLocation(s.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("the setting timeZone is %q, which is not known; write a name such as Europe/Paris", s.TimeZone)
	}
	return location, nil
}

func (s Settings) params() (url.Values, error) {
	params, err := url.ParseQuery(s.QueryParams)
	if err != nil {
		return nil, errors.New("the setting queryParams cannot be read; write it as in a URL, such as dedup=true&engine=thanos")
	}
	return params, nil
}

// connect returns the client of the server of a data source.
func connect(ctx context.Context, source backend.DataSourceInstanceSettings, s Settings) (*upstream.Client, error) {
	if source.URL == "" {
		return nil, errors.New("the data source has no URL; write the address of the Prometheus server, such as http://localhost:9090")
	}
	options, err := source.HTTPClientOptions(ctx)
	if err != nil {
		return nil, fmt.Errorf("the settings of the connection cannot be read: %w", err)
	}
	// The SDK's client hides its connections, so that nothing could close them.
	var connections *http.Transport
	options.ConfigureTransport = func(_ httpclient.Options, t *http.Transport) { connections = t }
	httpClient, err := httpclient.New(options)
	if err != nil {
		return nil, fmt.Errorf("the settings of the connection contradict each other: %w", err)
	}
	httpClient.Transport = upstream.WrapTransport(httpClient.Transport, connections)
	params, err := s.params()
	if err != nil {
		return nil, err
	}
	return upstream.New(upstream.Options{
		URL: source.URL, HTTPClient: httpClient, Concurrency: s.Concurrency,
		MaxRange: time.Duration(s.MaxRange), Timeout: httpClient.Timeout, Params: params,
	})
}
