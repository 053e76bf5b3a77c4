package upstream

import (
	"crypto/tls"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func ownClient(t *testing.T, o TransportOptions) *http.Client {
	t.Helper()
	client, err := NewHTTPClient(o)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func TestTransportHeaders(t *testing.T) {
	for name, test := range map[string]struct {
		options TransportOptions
		header  string
		want    string
	}{
		"basic auth":      {TransportOptions{User: "me", Password: "pw"}, "Authorization", "Basic bWU6cHc="},
		"bearer token":    {TransportOptions{BearerToken: "t0ken"}, "Authorization", "Bearer t0ken"},
		"tenant":          {TransportOptions{Headers: map[string]string{"X-Scope-OrgID": "team-a"}}, "X-Scope-OrgID", "team-a"},
		"program":         {TransportOptions{UserAgent: "promise/1.2"}, "User-Agent", "promise/1.2"},
		"default program": {TransportOptions{}, "User-Agent", "promise"},
	} {
		t.Run(name, func(t *testing.T) {
			address, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if got := r.Header.Get(test.header); got != test.want {
					t.Errorf("%s is %q, want %q", test.header, got, test.want)
				}
				say(200, "application/json", okBody)(w, r)
			})
			c := impatient(t, Options{URL: address, HTTPClient: ownClient(t, test.options)})
			if _, _, err := c.Instant(t.Context(), "up", epoch); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestTLS(t *testing.T) {
	secure := httptest.NewTLSServer(say(200, "application/json", okBody))
	t.Cleanup(secure.Close)
	authority := filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw})
	if err := os.WriteFile(authority, block, 0o600); err != nil {
		t.Fatal(err)
	}
	plain, _ := serve(t, say(200, "application/json", okBody))
	for name, test := range map[string]struct {
		url     string
		options TransportOptions
		says    string
	}{
		"known authority":    {secure.URL, TransportOptions{CAFile: authority}, ""},
		"any certificate":    {secure.URL, TransportOptions{InsecureSkipVerify: true}, ""},
		"name of its own":    {secure.URL, TransportOptions{CAFile: authority, ServerName: "example.com"}, ""},
		"unknown authority":  {secure.URL, TransportOptions{}, "Give the certificate of the authority"},
		"wrong name":         {secure.URL, TransportOptions{CAFile: authority, ServerName: "example.org"}, "Use a host name that the server's certificate has"},
		"https, but is http": {strings.Replace(plain, "http:", "https:", 1), TransportOptions{}, "Write http:// instead"},
		"http, but is https": {strings.Replace(secure.URL, "https:", "http:", 1), TransportOptions{}, "HTTP request to an HTTPS server"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := impatient(t, Options{URL: test.url, HTTPClient: ownClient(t, test.options)}).Instant(t.Context(), "up", epoch)
			switch {
			case test.says == "" && err != nil:
				t.Error(err)
			case test.says != "" && (err == nil || !strings.Contains(err.Error(), test.says)):
				t.Errorf("error %v, want one that says %q", err, test.says)
			}
		})
	}
}

func TestClientCertificateRequired(t *testing.T) {
	secure := httptest.NewUnstartedServer(say(200, "application/json", okBody))
	secure.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert}
	secure.StartTLS()
	t.Cleanup(secure.Close)
	client := ownClient(t, TransportOptions{InsecureSkipVerify: true})
	_, _, err := impatient(t, Options{URL: secure.URL, HTTPClient: client}).Instant(t.Context(), "up", epoch)
	wantError(t, err, Unreachable, "client certificate")
}

func TestTransportRefuses(t *testing.T) {
	for name, o := range map[string]TransportOptions{
		"two ways to sign in":     {User: "me", BearerToken: "t0ken"},
		"certificate without key": {CertFile: "cert.pem"},
		"missing file":            {CAFile: filepath.Join(t.TempDir(), "missing.pem")},
		"reserved header":         {Headers: map[string]string{"Authorization": "Bearer t0ken"}},
	} {
		client, err := NewHTTPClient(o)
		if err == nil {
			t.Errorf("%s: got %v", name, client)
			continue
		}
		if strings.Contains(err.Error(), "t0ken") {
			t.Errorf("%s: %q leaks", name, err)
		}
	}
}
