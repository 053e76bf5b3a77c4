package prometheus_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
)

func TestServerEndsWithItsContext(t *testing.T) {
	skipShort(t)
	ctx, cancel := context.WithCancel(t.Context())
	server, err := prometheus.Start(ctx, prometheus.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	server.Stop()
	server.Stop()
	if response, err := http.Get(server.URL + "/-/ready"); err == nil {
		response.Body.Close()
		t.Error("the server still answers")
	}
}

func TestServerThatCannotStartSaysWhy(t *testing.T) {
	skipShort(t)
	_, err := prometheus.Start(t.Context(), prometheus.Options{Dir: t.TempDir(), Config: "nonsense: true\n"})
	if err == nil || !strings.Contains(err.Error(), "nonsense") {
		t.Errorf("got %v", err)
	}
}

func skipShort(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: this test starts a Prometheus server")
	}
}
