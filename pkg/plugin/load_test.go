package plugin

import (
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/promise-slo/promise-slo-datasource/pkg/wire"
)

// TestLoad checks how many large requests are answered at a time.
func TestLoad(t *testing.T) {
	var l load
	first, err := l.take(100 << 20)
	if err != nil {
		t.Fatalf("one is refused for its size: %v", err)
	}
	if _, err := l.take(wire.Large); err == nil {
		t.Error("another large one is let in")
	} else if status, source := statusOf(err); status != backend.StatusTooManyRequests || source != backend.ErrorSourceDownstream {
		t.Errorf("%v is %d of %s", err, status, source)
	}
	for range 1000 {
		if _, err := l.take(wire.Large - 1); err != nil {
			t.Fatalf("a small one waits for large ones: %v", err)
		}
	}
	first()
	for range 4 {
		if _, err := l.take(maxLoad / 4); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := l.take(wire.Large); err == nil {
		t.Error("more are let in than may be")
	}
}
