package main

import (
	"fmt"
	"os"
	"strings"

	promise "github.com/promise-slo/promise-slo-datasource"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// passwordVariable names the password that --user does not give.
const passwordVariable = "PROMISE_PASSWORD"

// credentials contains the flags that say how to authenticate, and whom to trust.
type credentials struct {
	Header          []string `help:"Header of every request, such as 'X-Scope-OrgID: shop'; can be repeated." placeholder:"'NAME: VALUE'" sep:"none" group:"Server:"`
	User            string   `help:"Basic authentication; $PROMISE_PASSWORD is used if there is no :PASSWORD." placeholder:"NAME[:PASSWORD]" group:"Server:"`
	BearerTokenFile string   `help:"File with a bearer token." placeholder:"FILE" group:"Server:"`
	TLSCA           string   `name:"tls-ca" help:"File with the CA certificates to trust." placeholder:"FILE" group:"Server:"`
	TLSCert         string   `name:"tls-cert" help:"File with the client's certificate." placeholder:"FILE" group:"Server:"`
	TLSKey          string   `name:"tls-key" help:"File with the client's key." placeholder:"FILE" group:"Server:"`
	TLSServerName   string   `name:"tls-server-name" help:"Name to expect in the server's certificate." placeholder:"NAME" group:"Server:"`
	TLSInsecure     bool     `name:"tls-insecure" help:"Do not verify the server's certificate." group:"Server:"`
}

// transport returns the settings of an HTTP client.
func (s *credentials) transport(env func(string) string) (upstream.TransportOptions, error) {
	o := upstream.TransportOptions{
		CAFile: s.TLSCA, CertFile: s.TLSCert, KeyFile: s.TLSKey, ServerName: s.TLSServerName,
		InsecureSkipVerify: s.TLSInsecure, UserAgent: "promise/" + promise.Version(),
	}
	if s.User != "" {
		var given bool
		if o.User, o.Password, given = strings.Cut(s.User, ":"); !given {
			o.Password = env(passwordVariable)
		}
	}
	if s.BearerTokenFile != "" {
		token, err := os.ReadFile(s.BearerTokenFile)
		if err != nil {
			return o, fmt.Errorf("--bearer-token-file: %w", err)
		}
		if o.BearerToken = strings.TrimSpace(string(token)); o.BearerToken == "" {
			return o, fmt.Errorf("--bearer-token-file: %s is empty", s.BearerTokenFile)
		}
	}
	var err error
	o.Headers, err = parseHeaders(s.Header)
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
