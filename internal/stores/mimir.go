package stores

import (
	"context"
	_ "embed"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"text/template"
	"time"

	"github.com/promise-slo/promise-slo-datasource/internal/program"
	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
)

// TenantHeader names the HTTP header that says whose data a request is about:
// a tenant, or several with "|" in between.
const TenantHeader = "X-Scope-OrgID"

// Server describes a running Mimir.
type Server struct {
	// Base address of the Prometheus API, without a slash at the end.
	URL string
}

// MimirOptions configures how a Mimir is started. A zero limit means none.
type MimirOptions struct {
	// Retention deletes blocks (compactor_blocks_retention_period) and cuts
	// what queries see.
	Retention time.Duration
	// Lookback cuts what queries see (max_query_lookback).
	Lookback time.Duration
	// MaxLength refuses longer ranges (max_total_query_length).
	MaxLength time.Duration
	// MaxPartialLength refuses longer ranges once a query is split by day
	// (max_partial_query_length).
	MaxPartialLength time.Duration
	// MaxSeries refuses queries that read more series
	// (max_fetched_series_per_query).
	MaxSeries int
	// Steady indexes the bucket once, at the start. Otherwise it does every second,
	// for tests of retention, and a query in the moment in which the index is
	// replaced fails.
	Steady bool
}

// Mimir runs a Mimir until the test ends, all of it in one process, on what
// data writes for each tenant. Queries see the data up to the present; requests
// must have the TenantHeader.
func Mimir(t testing.TB, o MimirOptions, tenants map[string]func(*prometheus.Writer)) *Server {
	t.Helper()
	path := binary(t, mimir())
	dir := t.TempDir()
	bucket := filepath.Join(dir, "bucket")
	for tenant, data := range tenants {
		fill(t, filepath.Join(bucket, tenant), data)
	}
	address := freeAddress(t)
	config := filepath.Join(dir, "mimir.yaml")
	write(t, config, mimirConfig(t, dir, bucket, address, freeAddress(t), o))
	base := "http://" + address
	run(t, func(ctx context.Context) bool {
		return program.Answers(ctx, base+"/ready") && servesAllBlocks(ctx, base, bucket, o.Retention)
	}, path, "-config.file="+config)
	return &Server{URL: base + "/prometheus"}
}

//go:embed mimir.yaml
var mimirYAML string

func mimirConfig(t testing.TB, dir, bucket, http, grpc string, o MimirOptions) string {
	t.Helper()
	var text strings.Builder
	err := template.Must(template.New("mimir.yaml").Parse(mimirYAML)).Execute(&text, map[string]any{
		"Dir": dir, "Bucket": bucket,
		"HTTP": port(t, http), "GRPC": port(t, grpc),
		"Limits": o,
	})
	if err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func port(t testing.TB, address string) string {
	t.Helper()
	_, number, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	return number
}
