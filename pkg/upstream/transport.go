package upstream

import (
	"fmt"
	"net/http"

	"github.com/klauspost/compress/gzhttp"
	"github.com/prometheus/common/config"
)

// TransportOptions configures how to reach a server without Grafana, which brings
// an HTTP client of its own.
type TransportOptions struct {
	// Sent as basic authentication.
	User, Password string
	// Cannot be combined with User and Password.
	BearerToken string
	// CAFile, CertFile and KeyFile name PEM files; the server's certificate is
	// checked against CAFile, or against the system's CAs.
	CAFile, CertFile, KeyFile string
	// The name that the server's certificate must have; empty means the host of the
	// URL.
	ServerName         string
	InsecureSkipVerify bool
	// Sent with every request, such as X-Scope-OrgID.
	Headers map[string]string
	// UserAgent identifies the program; empty means "promise".
	UserAgent string
}

// NewHTTPClient returns an HTTP client with Prometheus' own handling of
// authentication and TLS; it reads files again when they change, and asks for
// compressed answers.
func NewHTTPClient(o TransportOptions) (*http.Client, error) {
	settings := o.config()
	if err := settings.Validate(); err != nil {
		return nil, fmt.Errorf("the connection's settings do not fit together: %w", err)
	}
	if err := settings.TLSConfig.Validate(); err != nil {
		return nil, fmt.Errorf("the TLS settings do not fit together: %w", err)
	}
	agent := o.UserAgent
	if agent == "" {
		agent = "promise"
	}
	client, err := config.NewClientFromConfig(settings, "promise", config.WithUserAgent(agent))
	if err != nil {
		return nil, fmt.Errorf("setting up the connection: %w", err)
	}
	client.Transport = WrapTransport(gzhttp.Transport(client.Transport), client.Transport)
	return client, nil
}

// WrapTransport returns a round tripper that hides another one below it, but closes
// the idle connections of that one.
func WrapTransport(upper, lower http.RoundTripper) http.RoundTripper {
	return layeredTransport{upper, lower}
}

type layeredTransport struct {
	http.RoundTripper
	lower http.RoundTripper
}

// CloseIdleConnections implements what http.Client looks for.
func (l layeredTransport) CloseIdleConnections() {
	if closer, is := l.lower.(interface{ CloseIdleConnections() }); is {
		closer.CloseIdleConnections()
	}
}

func (o TransportOptions) config() config.HTTPClientConfig {
	c := config.DefaultHTTPClientConfig
	c.ProxyFromEnvironment = true
	c.TLSConfig = config.TLSConfig{
		CAFile: o.CAFile, CertFile: o.CertFile, KeyFile: o.KeyFile,
		ServerName: o.ServerName, InsecureSkipVerify: o.InsecureSkipVerify,
	}
	if o.User != "" || o.Password != "" {
		c.BasicAuth = &config.BasicAuth{Username: o.User, Password: config.Secret(o.Password)}
	}
	if o.BearerToken != "" {
		c.Authorization = &config.Authorization{Type: "Bearer", Credentials: config.Secret(o.BearerToken)}
	}
	if len(o.Headers) > 0 {
		c.HTTPHeaders = &config.Headers{Headers: headers(o.Headers)}
	}
	return c
}

func headers(plain map[string]string) map[string]config.Header {
	secret := make(map[string]config.Header, len(plain))
	for name, value := range plain {
		secret[name] = config.Header{Secrets: []config.Secret{config.Secret(value)}}
	}
	return secret
}
