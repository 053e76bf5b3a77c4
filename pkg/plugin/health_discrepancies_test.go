package plugin

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
)

// merged writes the shop, of which one counter comes from two servers in turn for ten
// minutes a day: the one lags behind by 400 of 200,000 requests, which increase()
// takes for resets.
func merged(w *prometheus.Writer) {
	var samples []prometheus.Sample
	for minute := range int(9 * day / time.Minute) {
		at, v := now.Add(-9*day+time.Duration(minute+1)*time.Minute), 200_000+60*float64(minute)
		if clock := at.Sub(at.Truncate(day)); clock >= 6*time.Hour && clock < 6*time.Hour+10*time.Minute && minute%2 == 1 {
			v -= 400
		}
		samples = append(samples, prometheus.Float(at, v))
	}
	w.Append(requests("/pay", "200"), samples...)
}

func detailsOf(t *testing.T, result *backend.CheckHealthResult) (details healthDetails) {
	t.Helper()
	if err := json.Unmarshal(result.JSONDetails, &details); err != nil {
		t.Fatal(err)
	}
	return details
}

// A health check tells what the ledgers have found out, and asks for nothing that
// it would not ask without them.
func TestHealthReportsDifferences(t *testing.T) {
	proxy := countRequests(t, promtest.Start(t, merged).URL)
	availability, others, _ := strings.Cut(definitions, "---")
	_, silent, _ := strings.Cut(others, "---")
	d := open(t, source(t, proxy.URL, inline(availability+"---"+silent)))
	health(t, d)
	before := proxy.count()
	if got := health(t, d); strings.Contains(got.Message, "differ") || len(detailsOf(t, got).Differing) > 0 {
		t.Errorf("without a ledger: %s", got.Message)
	}
	cost := proxy.count() - before

	ask(t.Context(), t, d, map[string]any{"queryType": "status"}, nil)
	if err := d.ledgers.Maintain(t.Context()); err != nil {
		t.Fatal(err)
	}
	before = proxy.count()
	got := health(t, d)
	details := detailsOf(t, got)
	if want := "The server works. Found 2 SLOs of 2 services. 1 of 2 SLOs differs from the server's own count on some day: availability"; got.Status != backend.HealthStatusOk || got.Message != want {
		t.Errorf("%s: %s, want %s", got.Status, got.Message, want)
	}
	if !slices.Equal(details.Differing, []string{"availability"}) || len(details.Warnings) != 1 ||
		!strings.Contains(details.Warnings[0], "availability: From ") || !strings.Contains(details.Verbose, "increase() counts") {
		t.Errorf("the details are %+v", details)
	}
	if n := proxy.count() - before; n > cost {
		t.Errorf("it takes %d requests, %d without ledgers", n, cost)
	}
}

func TestHealthReportsClockSkew(t *testing.T) {
	target, err := url.Parse(startShop(t).URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ModifyResponse = func(r *http.Response) error {
		r.Header.Set("Date", time.Now().UTC().Add(-10*time.Minute).Format(http.TimeFormat))
		return nil
	}
	late := httptest.NewServer(proxy)
	t.Cleanup(late.Close)
	d := open(t, source(t, late.URL, inline(definitions)))
	var got *backend.CheckHealthResult
	for range 10 { // the clock is known once there are enough answers
		if got = health(t, d); len(detailsOf(t, got).Warnings) > 0 {
			break
		}
	}
	if got.Status != backend.HealthStatusOk || !strings.Contains(got.Message, "The clock of this machine is 10m0s ahead of the server's") {
		t.Errorf("%s: %s", got.Status, got.Message)
	}
}
