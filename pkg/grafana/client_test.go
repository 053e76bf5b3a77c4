package grafana

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestAddresses(t *testing.T) {
	for _, address := range []string{"", "localhost:3000", "ftp://grafana", "http://", "://"} {
		if c, err := New(address, http.DefaultClient, time.Second); err == nil || !strings.Contains(err.Error(), "https://grafana.example.com") {
			t.Errorf("%q: %v, %v", address, c, err)
		}
	}
	for address, base := range map[string]string{
		"http://localhost:3000":         "http://localhost:3000",
		"http://localhost:3000/":        "http://localhost:3000",
		"https://example.com/grafana//": "https://example.com/grafana",
	} {
		if c, err := New(address, http.DefaultClient, time.Second); err != nil || c.base != base {
			t.Errorf("%q: %v, %v", address, c, err)
		}
	}
}

func TestOtherServers(t *testing.T) {
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"a page": {
			func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) },
			"signing in: URL answers, but not as Grafana does; is it Grafana's address?: invalid character",
		},
		"nothing there": {http.NotFound, "signing in: Grafana says 404 Not Found; is it Grafana's address"},
		"moved": {
			http.RedirectHandler("https://other.example.com/login?secret=1", http.StatusFound).ServeHTTP,
			"signing in: URL cannot be asked: it redirects to https://other.example.com/login; give the address that it has in the end",
		},
		"too slow": {
			func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
			"signing in: URL cannot be asked: context deadline exceeded",
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(test.answer)
			defer server.Close()
			c, err := New(server.URL, server.Client(), 200*time.Millisecond)
			if err != nil {
				t.Fatal(err)
			}
			_, err = c.self(t.Context())
			if err == nil || !strings.HasPrefix(strings.ReplaceAll(err.Error(), server.URL, "URL"), test.want) {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}
