// Package stores runs for tests the servers that keep metrics for long, Mimir and
// Thanos, with data of their own. History gets in as blocks of a time series
// database in a bucket, which is a folder.
package stores

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/internal/program"
	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
)

// Variable names the environment variable without which all tests that need
// these servers are skipped, because building them takes many minutes.
const Variable = "PROMISE_STORES"

// Programs returns the programs that this package runs.
func Programs() []program.Program {
	return []program.Program{mimir(), mimirtool(), thanos(), vmalert()}
}

func mimir() program.Program {
	return program.Program{
		Name:     "mimir",
		Module:   filepath.Join("tools", "mimir"),
		Main:     "github.com/grafana/mimir/cmd/mimir",
		Variable: "PROMISE_MIMIR",
	}
}

func mimirtool() program.Program {
	return program.Program{
		Name:     "mimirtool",
		Module:   filepath.Join("tools", "mimir"),
		Main:     "github.com/grafana/mimir/cmd/mimirtool",
		Variable: "PROMISE_MIMIRTOOL",
	}
}

func vmalert() program.Program {
	return program.Program{
		Name:     "vmalert",
		Module:   filepath.Join("tools", "vmalert"),
		Main:     "github.com/VictoriaMetrics/VictoriaMetrics/app/vmalert",
		Variable: "PROMISE_VMALERT",
	}
}

func thanos() program.Program {
	return program.Program{
		Name:   "thanos",
		Module: filepath.Join("tools", "thanos"),
		Main:   "github.com/thanos-io/thanos/cmd/thanos",
		// Without it Thanos panics at its first query.
		Tags:     "slicelabels",
		Variable: "PROMISE_THANOS",
	}
}

// SkipWithout skips a test that needs a store, before it makes what the store is to have,
// unless stores are asked for.
func SkipWithout(t testing.TB) { skipWithout(t, "a store") }

func skipWithout(t testing.TB, name string) {
	t.Helper()
	if os.Getenv(Variable) == "" {
		t.Skipf(`this test needs %s, which takes minutes to build: run it with "go tool mage stores", or set %s=1`, name, Variable)
	}
}

// binary returns the path of a program's executable, or skips the test.
func binary(t testing.TB, p program.Program) string {
	t.Helper()
	skipWithout(t, p.Name)
	path, err := p.Binary(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// startTime limits how long a server may take until it answers.
const startTime = 30 * time.Second

// run starts a program that ends with the test and waits until it is ready.
func run(t testing.TB, ready func(context.Context) bool, binary string, args ...string) *program.Process {
	t.Helper()
	p, err := program.Start(t.Context(), nil, binary, args...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Stop)
	ctx, cancel := context.WithTimeout(t.Context(), startTime)
	defer cancel()
	if err := p.Await(ctx, ready); err != nil {
		t.Fatal(err)
	}
	return p
}

// freeAddress returns an address of this machine at which nothing listens.
func freeAddress(t testing.TB) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

// fill writes blocks to a folder.
func fill(t testing.TB, dir string, data func(*prometheus.Writer)) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	w := prometheus.NewWriter(dir)
	data(w)
	if err := w.Close(); err != nil {
		t.Fatalf("writing the test's data: %v", err)
	}
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
