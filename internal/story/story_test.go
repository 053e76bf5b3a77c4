package story_test

import (
	"fmt"
	"io/fs"
	"maps"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
	"github.com/promise-slo/promise-slo-datasource/internal/story"
)

var now = time.Date(2026, 5, 20, 10, 30, 0, 0, time.UTC)

// digest remembers each series by a hash, and refuses disorder.
type digest struct {
	hashes map[string]uint64
	newest map[string]int64
	count  int
	err    error
}

func tell(t *testing.T, o story.Options) *digest {
	t.Helper()
	d := &digest{hashes: map[string]uint64{}, newest: map[string]int64{}}
	story.Write(d, o)
	if d.err != nil {
		t.Fatal(d.err)
	}
	return d
}

func (d *digest) Append(series labels.Labels, samples ...prometheus.Sample) {
	key := series.String()
	hash, newest := d.hashes[key], d.newest[key]
	for _, s := range samples {
		if s.Millis <= newest {
			d.err = fmt.Errorf("%s: a sample at %d follows one at %d", key, s.Millis, newest)
		}
		newest = s.Millis
		hash = mix(mix(hash, uint64(s.Millis)), math.Float64bits(s.Value))
		if s.Histogram != nil {
			for _, count := range s.Histogram.PositiveBuckets {
				hash = mix(hash, math.Float64bits(count))
			}
		}
	}
	d.hashes[key], d.newest[key] = hash, newest
	d.count += len(samples)
}

// mix is a step of the FNV-1a hash with words for bytes.
func mix(hash, word uint64) uint64 { return (hash ^ word) * 1099511628211 }

func TestTheSameStoryTwice(t *testing.T) {
	once := tell(t, story.Options{Now: now, Seed: 1})
	again := tell(t, story.Options{Now: now, Seed: 1})
	if !maps.Equal(once.hashes, again.hashes) {
		t.Error("one seed tells two stories")
	}
	if once.count > 25_000_000 {
		t.Errorf("%d samples are too many for a demo that starts in seconds", once.count)
	}
}

func TestStoryGoesOnAhead(t *testing.T) {
	d := tell(t, story.Options{Now: now, Ahead: 3 * time.Hour, Seed: 1})
	want := now.Add(3*time.Hour - time.Minute).UnixMilli()
	for _, metric := range []string{"http_requests_total", "login_duration_seconds", "probe_success", "job:http_errors:ratio_rate5m"} {
		newest := int64(0)
		for series, millis := range d.newest {
			if strings.Contains(series, `__name__="`+metric+`"`) {
				newest = max(newest, millis)
			}
		}
		if newest < want {
			t.Errorf("%s ends at %s", metric, time.UnixMilli(newest).UTC())
		}
	}
}

// A story is whole whenever it is told: incidents lie in the past, in order.
func TestIncidentsAtAnyTime(t *testing.T) {
	for at := now; at.Before(now.AddDate(1, 0, 0)); at = at.Add(61 * time.Hour) {
		for _, i := range story.Incidents(at) {
			if !i.From.Before(at) || !i.To.After(i.From) {
				t.Errorf("at %s: %s of %s is from %s to %s", at, i.Note, i.Service, i.From, i.To)
			}
		}
	}
}

func TestStoryOnAServer(t *testing.T) {
	server := promtest.Start(t, func(w *prometheus.Writer) { story.Write(w, story.Options{Now: now, Seed: 1}) })
	t.Run("chapters", func(t *testing.T) { testChapters(t, server) })
	t.Run("definitions", func(t *testing.T) { testDefinitions(t, server) })
}

func testChapters(t *testing.T, server *prometheus.Server) {
	incidents := map[string]story.Incident{}
	for _, i := range story.Incidents(now) {
		incidents[i.Service] = i // the last one of each service
	}
	tests := []struct {
		name, query string
		at          time.Time
		from, to    float64
	}{
		{
			"nobody gets through to the checkout",
			`sum(increase(http_requests_total{job="checkout",code!="503"}[10m]) or vector(0))`,
			incidents["checkout"].To, 0, 0,
		},
		{
			"the outage eats most of the checkout's budget of 28 days, or more than all",
			`sum(increase(http_requests_total{job="checkout",code=~"5.."}[28d]))
				/ sum(increase(http_requests_total{job="checkout"}[28d])) / 0.001`,
			now, 0.5, 1.5,
		},
		{
			"5 % of searches fail for three hours",
			`sum(increase(http_requests_total{job="search",code="500"}[2h]))
				/ sum(increase(http_requests_total{job="search"}[2h]))`,
			incidents["search"].To, 0.045, 0.056,
		},
		{
			"images burn their budget half as fast again as they may",
			`sum(increase(http_requests_total{job="images",code="502"}[7d]))
				/ sum(increase(http_requests_total{job="images"}[7d])) / 0.005`,
			now, 1.4, 1.6,
		},
		{
			"the recorded ratio says so too",
			`avg_over_time(job:http_errors:ratio_rate5m{job="images"}[7d]) / 0.005`,
			now, 1.4, 1.6,
		},
		{
			"the ledger missed the first quarter",
			`sum(increase(grpc_server_handled_total{job="ledger-api",grpc_code!="OK"}[90d]))
				/ sum(increase(grpc_server_handled_total{job="ledger-api"}[90d])) / 0.0005`,
			time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC), 1.05, 3,
		},
		{
			"and keeps the second",
			`sum(increase(grpc_server_handled_total{job="ledger-api",grpc_code!="OK"}[49d]))
				/ sum(increase(grpc_server_handled_total{job="ledger-api"}[49d])) / 0.0005`,
			now, 0.05, 0.5,
		},
		{
			"there are hours without a notification",
			`count_over_time((sum(increase(notifications_sent_total[1h])) == 0)[14d:1h]) / 336`,
			now, 0.1, 0.6,
		},
		{
			"99 % of searches are quick",
			`sum(increase(http_request_duration_seconds_bucket{job="search",le="0.25"}[28d]))
				/ sum(increase(http_request_duration_seconds_count{job="search"}[28d]))`,
			now, 0.98, 0.999,
		},
		{
			"every search is timed",
			`sum(increase(http_request_duration_seconds_count{job="search"}[1d]))
				/ sum(increase(http_requests_total{job="search"}[1d]))`,
			now, 0.999, 1.001,
		},
		{
			"logins are quick, most of the time",
			`histogram_fraction(0, 0.5, sum(increase(login_duration_seconds[28d])))`,
			now, 0.985, 0.999,
		},
		{
			"probes see the outage",
			`sum(count_over_time(probe_success[1h])) - sum(sum_over_time(probe_success[1h]))`,
			incidents["checkout"].To, 98, 104,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := promtest.Value(t, server, test.query, test.at)
			if !(test.from <= got && got <= test.to) {
				t.Errorf("%s\nis %v, want %v to %v", test.query, got, test.from, test.to)
			}
		})
	}
}

// Every query of the definitions finds data.
func testDefinitions(t *testing.T, server *prometheus.Server) {
	query := regexp.MustCompile(`(?m)^ *query: (.*)$`)
	window := strings.NewReplacer("{{.window}}", "5m", "$__rate_interval", "5m")
	files, err := fs.Glob(story.Definitions(), "*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no definitions: %v", err)
	}
	for _, file := range files {
		text, err := fs.ReadFile(story.Definitions(), file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range query.FindAllStringSubmatch(string(text), -1) {
			expr := fmt.Sprintf("count(%s) or vector(0)", window.Replace(found[1]))
			if promtest.Value(t, server, expr, now) == 0 {
				t.Errorf("%s: no data for %s", file, found[1])
			}
		}
	}
}
