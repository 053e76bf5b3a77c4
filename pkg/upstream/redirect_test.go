package upstream

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestSameServerRedirects(t *testing.T) {
	for name, status := range map[string]int{"turned into GET": http.StatusMovedPermanently, "kept as POST": http.StatusPermanentRedirect} {
		t.Run(name, func(t *testing.T) {
			address, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if !strings.HasPrefix(r.URL.Path, "/new") {
					http.Redirect(w, r, "/new"+r.URL.Path, status)
					return
				}
				if r.FormValue("query") != "up" {
					t.Errorf("the query is %q after the redirect", r.FormValue("query"))
				}
				say(200, "application/json", okBody)(w, r)
			})
			if _, _, err := impatient(t, Options{URL: address}).Instant(t.Context(), "up", epoch); err != nil {
				t.Error(err)
			}
		})
	}
}

// credentialed adds a password to every request, as the plugin SDK's transport
// does.
type credentialed struct{ http.RoundTripper }

func (c credentialed) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.SetBasicAuth("me", "s3cret")
	return c.RoundTripper.RoundTrip(r)
}

func TestRedirectsCarryNoCredentialsAway(t *testing.T) {
	thief, stolen := serve(t, say(200, "application/json", okBody))
	address, _ := serve(t, redirect(thief+"/api/v1/query"))
	client := &http.Client{Transport: credentialed{http.DefaultTransport}}
	_, _, err := impatient(t, Options{URL: address, HTTPClient: client}).Instant(t.Context(), "up", epoch)
	wantError(t, err, NotPrometheus, "another server")
	if stolen.Load() != 0 {
		t.Error("the other server got a request")
	}
}

func TestRedirectToPlainHTTP(t *testing.T) {
	plain, requests := serve(t, say(200, "application/json", okBody))
	secure := httptest.NewTLSServer(redirect(plain))
	t.Cleanup(secure.Close)
	_, _, err := impatient(t, Options{URL: secure.URL, HTTPClient: secure.Client()}).Instant(t.Context(), "up", epoch)
	wantError(t, err, NotPrometheus, "not encrypted")
	if requests.Load() != 0 {
		t.Error("the request went over plain HTTP")
	}
}

func TestSameServer(t *testing.T) {
	for _, test := range []struct {
		from, to string
		want     bool
	}{
		{"http://a/x", "http://a/y", true},
		{"http://a:9090", "http://a:9090", true},
		{"http://a:9090", "http://a:9091", false},
		{"http://a", "https://a", true},
		{"http://a:80", "https://a:443", true},
		{"http://a", "https://b", false},
		{"http://a", "http://a.b", false},
	} {
		from, _ := url.Parse(test.from)
		to, _ := url.Parse(test.to)
		if got := isSameServer(from, to); got != test.want {
			t.Errorf("%s and %s: got %t", from, to, got)
		}
	}
}

func TestCallerCheckRedirect(t *testing.T) {
	address, requests := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Path+"/x", http.StatusTemporaryRedirect)
	})
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	_, _, err := impatient(t, Options{URL: address, HTTPClient: client}).Instant(t.Context(), "up", epoch)
	wantError(t, err, NotPrometheus, "307")
	if n := requests.Load(); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}
