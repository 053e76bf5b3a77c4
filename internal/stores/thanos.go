package stores

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/internal/program"
	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
)

// Querier describes a running "thanos query".
type Querier struct {
	// Base address of the Prometheus API, without a slash at the end.
	URL string
	// What it queries, in the order of the options.
	Stores []*Store
	// What evaluates the rules of the options, and is queried too.
	Ruler *Ruler
}

// QuerierOptions configures how a "thanos query" is started.
type QuerierOptions struct {
	// ReplicaLabels tell replicas apart; series that differ in nothing else
	// are merged.
	ReplicaLabels []string
	// Strict keeps stores that are down, so that all answers have a warning.
	// Otherwise Thanos forgets a store within seconds, and silently answers without
	// its data.
	Strict bool
	// AutoDownsampling reads downsampled blocks for steps of at least five
	// times their resolution. Otherwise requests must ask for them by
	// max_source_resolution.
	AutoDownsampling bool
	// Rules names files of rules for a "thanos rule", which evaluates them against
	// the querier. Its series have the label ruler="a".
	Rules []string
}

// StoreOptions configures what a "thanos store" has. A zero limit means none.
type StoreOptions struct {
	// Data writes the store's history.
	Data func(*prometheus.Writer)
	// Added to all series: the labels of the Prometheus that scraped them.
	Labels map[string]string
	// How long raw samples are kept: older blocks hold only what they were
	// downsampled to, a point every five minutes. Zero downsamples nothing.
	Raw time.Duration
	// MaxSeries and MaxSamples fail requests to the store that read more.
	MaxSeries, MaxSamples int
}

// Thanos runs a "thanos query" over a "thanos store" for each of the options,
// until the test ends.
func Thanos(t testing.TB, o QuerierOptions, stores ...StoreOptions) *Querier {
	t.Helper()
	path := binary(t, thanos())
	address := freeAddress(t)
	q := &Querier{URL: "http://" + address}
	args := append(listen(address, freeAddress(t)), o.flags()...)
	for _, store := range stores {
		s := newStore(t, q, path, store)
		s.launch(t)
		q.Stores = append(q.Stores, s)
		args = append(args, endpoint(o.Strict)+s.grpc)
	}
	ruler := newRuler(t, q, path, o.Rules)
	if len(o.Rules) > 0 {
		q.Ruler = ruler
		args = append(args, endpoint(o.Strict)+ruler.grpc)
	}
	run(t, func(ctx context.Context) bool {
		return program.Answers(ctx, q.URL+"/-/ready") && q.sees(ctx, time.Time{}, q.Stores...)
	}, path, append([]string{"query"}, args...)...)
	if q.Ruler != nil {
		q.Ruler.launch(t)
	}
	return q
}

func (o QuerierOptions) flags() []string {
	var flags []string
	for _, label := range o.ReplicaLabels {
		flags = append(flags, "--query.replica-label="+label)
	}
	if o.AutoDownsampling {
		flags = append(flags, "--query.auto-downsampling")
	}
	return flags
}

func endpoint(strict bool) string {
	if strict {
		return "--endpoint-strict="
	}
	return "--endpoint="
}

func listen(address, grpc string) []string {
	return []string{"--log.level=warn", "--http-address=" + address, "--grpc-address=" + grpc, "--http-grace-period=0s", "--grpc-grace-period=0s"}
}

// sees reports whether the querier found all the stores well after a time.
func (q *Querier) sees(ctx context.Context, after time.Time, stores ...*Store) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, q.URL+"/api/v1/stores", nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	defer func() { _ = response.Body.Close() }()
	var answer struct {
		Data map[string][]struct {
			Name      string
			LastCheck time.Time
			LastError any
		}
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return false
	}
	healthy := map[string]bool{}
	for _, status := range answer.Data["store"] {
		healthy[status.Name] = status.LastError == nil && status.LastCheck.After(after)
	}
	for _, s := range stores {
		if !healthy[s.grpc] {
			return false
		}
	}
	return true
}

// Store describes a "thanos store" with a bucket of its own.
type Store struct {
	querier       *Querier
	address, grpc string
	binary        string
	args          []string
	process       *program.Process
}

func newStore(t testing.TB, q *Querier, path string, o StoreOptions) *Store {
	t.Helper()
	b := newBucket(t)
	fill(t, b.dir, o.Data)
	b.label(t, o.Labels)
	if o.Raw > 0 {
		b.downsample(t, path, o.Raw)
	}
	s := &Store{querier: q, binary: path, address: freeAddress(t), grpc: freeAddress(t)}
	s.args = append([]string{"store", "--data-dir=" + filepath.Join(t.TempDir(), "store"), b.flag()}, listen(s.address, s.grpc)...)
	s.args = append(s.args, limit("series", o.MaxSeries), limit("samples", o.MaxSamples))
	return s
}

func limit(of string, most int) string {
	return fmt.Sprintf("--store.limits.request-%s=%d", of, most)
}

// launch starts the store and waits until it has read its bucket.
func (s *Store) launch(t testing.TB) {
	t.Helper()
	s.process = run(t, func(ctx context.Context) bool {
		return program.Answers(ctx, "http://"+s.address+"/-/ready")
	}, s.binary, s.args...)
}

// Stop ends the store.
func (s *Store) Stop() { s.process.Stop() }

// Start starts the store again, until the test ends, and waits until its querier
// sees it.
func (s *Store) Start(t testing.TB) {
	t.Helper()
	s.launch(t)
	up := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), startTime)
	defer cancel()
	if err := s.process.Await(ctx, func(ctx context.Context) bool { return s.querier.sees(ctx, up, s) }); err != nil {
		t.Fatal(err)
	}
}
