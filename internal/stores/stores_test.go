package stores_test

import (
	"math"
	"net/http"
	"testing"
	"time"

	"github.com/prometheus/client_golang/api"
	promv1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/stores"
)

const day = 24 * time.Hour

var now = time.Now().Truncate(time.Minute)

// counting writes a counter of each instance that grows by one a minute, up to
// the present.
func counting(days int, instances ...string) func(*prometheus.Writer) {
	return late(0, days, instances...)
}

// late is counting by a server that scrapes a while later.
func late(offset time.Duration, days int, instances ...string) func(*prometheus.Writer) {
	return func(w *prometheus.Writer) {
		samples := make([]prometheus.Sample, days*24*60)
		for i := range samples {
			samples[i] = prometheus.Float(now.Add(offset+time.Duration(i-len(samples))*time.Minute), float64(i))
		}
		for _, instance := range instances {
			w.Append(labels.FromStrings("__name__", "requests_total", "job", "shop", "instance", instance), samples...)
		}
	}
}

// tenant sends requests about a tenant.
type tenant string

func (id tenant) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Header.Set(stores.TenantHeader, string(id))
	return http.DefaultTransport.RoundTrip(r)
}

// ask returns the samples that an instant query yields.
func ask(t *testing.T, url string, id tenant, expr string, at time.Time) (model.Vector, promv1.Warnings, error) {
	t.Helper()
	client, err := api.NewClient(api.Config{Address: url, RoundTripper: id})
	if err != nil {
		t.Fatal(err)
	}
	value, warnings, _, err := promv1.NewAPI(client).Query(t.Context(), expr, at)
	if err != nil {
		return nil, warnings, err
	}
	return value.(model.Vector), warnings, nil
}

// want expects one sample of about a value, and no warnings.
func want(t *testing.T, url string, id tenant, expr string, value, tolerance float64) {
	t.Helper()
	got, warnings, err := ask(t, url, id, expr, now)
	if err != nil || len(warnings) > 0 || len(got) != 1 || math.Abs(float64(got[0].Value)-value) > tolerance {
		t.Errorf("%s: got %v, %v, %v, want %v", expr, got, warnings, err, value)
	}
}
