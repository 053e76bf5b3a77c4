package plugin

import (
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// TestDisposeConnections: a data source whose settings change leaves no connection behind.
func TestDisposeConnections(t *testing.T) {
	var open atomic.Int32
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			open.Add(1)
		case http.StateClosed:
			open.Add(-1)
		default:
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	instance, err := Factory()(t.Context(), backend.DataSourceInstanceSettings{URL: server.URL, JSONData: []byte(`{}`)})
	if err != nil {
		t.Fatal(err)
	}
	d := instance.(*Datasource)
	if _, err := d.CheckHealth(t.Context(), &backend.CheckHealthRequest{}); err != nil || open.Load() == 0 {
		t.Fatalf("%d connections, %v", open.Load(), err)
	}
	d.Dispose()
	for deadline := time.Now().Add(5 * time.Second); open.Load() > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d connections stay open", open.Load())
		}
	}
}
