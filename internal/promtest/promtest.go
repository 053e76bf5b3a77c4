// Package promtest gives tests a real Prometheus server with data of their own.
package promtest

import (
	"testing"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
)

// Start runs a server on what data writes until the test ends. It builds the
// server if this machine has none; tests that start one are skipped by
// "go test -short" only.
func Start(t testing.TB, data func(*prometheus.Writer)) *prometheus.Server {
	t.Helper()
	return StartWith(t, prometheus.Options{}, data)
}

// StartWith does what Start does, with options; an empty Dir means a temporary
// folder.
func StartWith(t testing.TB, o prometheus.Options, data func(*prometheus.Writer)) *prometheus.Server {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: this test starts a Prometheus server")
	}
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	if data != nil {
		fill(t, o.Dir, data)
	}
	server, err := prometheus.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	return server
}

func fill(t testing.TB, dir string, data func(*prometheus.Writer)) {
	t.Helper()
	w := prometheus.NewWriter(dir)
	data(w)
	if err := w.Close(); err != nil {
		t.Fatalf("writing the test's data: %v", err)
	}
}
