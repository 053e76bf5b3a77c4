package samples_test

import (
	"math"
	"time"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
)

const (
	scrape = time.Minute
	// history exceeds the longest window.
	history = 32 * 24 * time.Hour
)

// end is the present of all tests. Samples follow for one more minute.
var end = time.Date(2026, time.March, 2, 18, 0, 0, 0, time.UTC)

// growth describes a counter: its events a second at first, and how many more a
// second there are at the end of its history.
type growth struct{ first, more float64 }

// counters contains the metrics that the samples ask for. Those that no SLO is about would change the
// SLIs if they counted, and so would another window: errors and slow requests
// grow more frequent.
var counters = map[string]growth{
	`http_request_duration_seconds_count{job="myservice",code="200"}`: {3, 0},
	`http_request_duration_seconds_count{job="myservice",code="404"}`: {0.5, 0},
	`http_request_duration_seconds_count{job="myservice",code="429"}`: {0.07, 0.105},
	`http_request_duration_seconds_count{job="myservice",code="500"}`: {0.11, 0.165},
	`http_request_duration_seconds_count{job="myapp",code="200"}`:     {2, 0},
	`http_request_duration_seconds_count{job="myapp",code="502"}`:     {0.13, 0.195},
	`http_request_duration_seconds_count{job="other",code="500"}`:     {5, 7.5},

	`apiserver_request_total{code="200"}`:                                                              {4, 0},
	`apiserver_request_total{code="429"}`:                                                              {0.3, 0.45},
	`apiserver_request_total{code="500"}`:                                                              {0.2, 0.3},
	`apiserver_request_duration_seconds_bucket{verb="GET",le="0.4"}`:                                   {2, 0},
	`apiserver_request_duration_seconds_bucket{verb="GET",le="5.0"}`:                                   {2.7, 0},
	`apiserver_request_duration_seconds_bucket{verb="GET",le="5",job="go"}`:                            {0.5, 0},
	`apiserver_request_duration_seconds_bucket{verb="GET",le="+Inf"}`:                                  {3, 1.5},
	`apiserver_request_duration_seconds_count{verb="GET"}`:                                             {3, 1.5},
	`apiserver_request_duration_seconds_bucket{verb="GET",le="0.4",job="go"}`:                          {0.4, 0},
	`apiserver_request_duration_seconds_bucket{verb="GET",le="+Inf",job="go"}`:                         {0.6, 0.3},
	`apiserver_request_duration_seconds_count{verb="GET",job="go"}`:                                    {0.6, 0.3},
	`apiserver_request_duration_seconds_bucket{verb="WATCH",le="0.4"}`:                                 {0.1, 0},
	`apiserver_request_duration_seconds_bucket{verb="WATCH",le="5.0"}`:                                 {0.2, 0},
	`apiserver_request_duration_seconds_bucket{verb="WATCH",le="+Inf"}`:                                {8, 4},
	`apiserver_request_duration_seconds_count{verb="WATCH"}`:                                           {8, 4},
	`caddy_http_response_duration_seconds_bucket{job="caddy",handler="subroute",code="200",le="0.05"}`: {1.7, 0},
	`caddy_http_response_duration_seconds_bucket{job="caddy",handler="subroute",code="200",le="+Inf"}`: {2, 1},
	`caddy_http_response_duration_seconds_count{job="caddy",handler="subroute",code="200"}`:            {2, 1},
	`caddy_http_response_duration_seconds_bucket{job="caddy",handler="subroute",code="500",le="0.05"}`: {1, 0},
	`caddy_http_response_duration_seconds_bucket{job="caddy",handler="subroute",code="500",le="+Inf"}`: {1, 0.5},
	`caddy_http_response_duration_seconds_count{job="caddy",handler="subroute",code="500"}`:            {1, 0.5},

	`nginx_ingress_controller_requests{namespace="lastfm",ingress="lastfm",service="lastfm",status="200"}`:                                  {2, 0},
	`nginx_ingress_controller_requests{namespace="lastfm",ingress="lastfm",service="lastfm",status="503"}`:                                  {0.09, 0.135},
	`nginx_ingress_controller_requests{namespace="lastfm",ingress="other",service="lastfm",status="503"}`:                                   {1, 1.5},
	`nginx_ingress_controller_request_duration_seconds_bucket{namespace="lastfm",ingress="lastfm",service="lastfm",status="200",le="1"}`:    {1.8, 0},
	`nginx_ingress_controller_request_duration_seconds_bucket{namespace="lastfm",ingress="lastfm",service="lastfm",status="200",le="+Inf"}`: {2, 1},
	`nginx_ingress_controller_request_duration_seconds_count{namespace="lastfm",ingress="lastfm",service="lastfm",status="200"}`:            {2, 1},
	`nginx_ingress_controller_request_duration_seconds_bucket{namespace="lastfm",ingress="lastfm",service="lastfm",status="503",le="1"}`:    {0.07, 0},
	`nginx_ingress_controller_request_duration_seconds_bucket{namespace="lastfm",ingress="lastfm",service="lastfm",status="503",le="+Inf"}`: {0.09, 0.045},
	`nginx_ingress_controller_request_duration_seconds_count{namespace="lastfm",ingress="lastfm",service="lastfm",status="503"}`:            {0.09, 0.045},

	`prometheus_http_requests_total{handler="/api/v1/query",code="200"}`:  {1, 0},
	`prometheus_http_requests_total{handler="/api/v1/query",code="503"}`:  {0.03, 0.045},
	`prometheus_http_requests_total{handler="/api/v1/labels",code="200"}`: {0.4, 0},
	`prometheus_http_requests_total{handler="/api/v1/labels",code="503"}`: {0.05, 0.075},
	`prometheus_http_requests_total{handler="/metrics",code="503"}`:       {1, 1.5},

	`connect_server_requests_total{job="pyrra",service="objectives",method="Get",code="ok"}`:        {1, 0},
	`connect_server_requests_total{job="pyrra",service="objectives",method="Get",code="internal"}`:  {0.02, 0.03},
	`connect_server_requests_total{job="pyrra",service="objectives",method="List",code="ok"}`:       {0.7, 0},
	`connect_server_requests_total{job="pyrra",service="objectives",method="List",code="aborted"}`:  {0.05, 0.075},
	`connect_server_requests_total{job="pyrra",service="objectives",method="List",code="canceled"}`: {0.03, 0},
	`connect_server_requests_total{job="parca",service="objectives",method="Get",code="internal"}`:  {1, 1.5},

	`grpc_server_handled_total{grpc_service="parca.query.v1alpha1.QueryService",grpc_method="QueryRange",grpc_code="OK"}`:       {1, 0},
	`grpc_server_handled_total{grpc_service="parca.query.v1alpha1.QueryService",grpc_method="QueryRange",grpc_code="Internal"}`: {0.02, 0.03},
	`grpc_server_handled_total{grpc_service="parca.query.v1alpha1.QueryService",grpc_method="QueryRange",grpc_code="Aborted"}`:  {0.03, 0.045},
	`grpc_server_handled_total{grpc_service="parca.query.v1alpha1.QueryService",grpc_method="Labels",grpc_code="Internal"}`:     {1, 1.5},
}

// gauges contains values from 0 to 1 by the age of the history.
var gauges = map[string]func(age time.Duration) float64{
	`probe_success{target="a"}`:                       func(age time.Duration) float64 { return step(age.Minutes(), 100-age.Hours()/20) },
	`probe_success{target="b"}`:                       func(age time.Duration) float64 { return step(age.Minutes(), 31) },
	`unifipoller_client_satisfaction_ratio{name="a"}`: func(age time.Duration) float64 { return 0.75 + 0.2*math.Sin(age.Hours()) },
	`unifipoller_client_satisfaction_ratio{name="b"}`: func(age time.Duration) float64 { return 0.7 + 0.29*math.Sin(age.Hours()/5) },
	`unifipoller_client_satisfaction_ratio{name="c"}`: func(time.Duration) float64 { return 0.95 },
}

// step returns 0 once in every so many times, and 1 otherwise.
func step(n, every float64) float64 {
	if math.Mod(n, every) < 1 {
		return 0
	}
	return 1
}

const native = `connect_server_requests_duration_seconds{job="pyrra",code="ok",service="objectives",method="Get"}`

// write writes the history of all series up to a minute after end.
func write(w *prometheus.Writer) {
	for series, g := range counters {
		w.Append(metric(series), sample(func(at time.Time, age time.Duration) prometheus.Sample {
			return prometheus.Float(at, g.count(age))
		})...)
	}
	for series, value := range gauges {
		w.Append(metric(series), sample(func(at time.Time, age time.Duration) prometheus.Sample {
			return prometheus.Float(at, value(age))
		})...)
	}
	w.Append(metric(native), sample(func(at time.Time, age time.Duration) prometheus.Sample {
		return prometheus.Native(at, latencies(age))
	})...)
}

// sample returns the samples of a series, a scrape apart.
func sample(value func(at time.Time, age time.Duration) prometheus.Sample) []prometheus.Sample {
	var all []prometheus.Sample
	for age := time.Duration(0); age <= history+scrape; age += scrape {
		all = append(all, value(end.Add(age-history), age))
	}
	return all
}

func metric(series string) labels.Labels {
	m, err := parser.NewParser(parser.Options{}).ParseMetric(series)
	if err != nil {
		panic(err)
	}
	return m
}

// count returns the value of a counter. Every eleventh day it begins again at 0: all counters at
// once, as those of one process do, so that histograms stay whole.
func (g growth) count(age time.Duration) float64 {
	const restart = 11 * 24 * time.Hour
	return math.Floor(g.events(age)) - math.Floor(g.events(age.Truncate(restart)))
}

// events returns how many events there were by an age: the integral of the rate,
// in a rhythm of three days.
func (g growth) events(age time.Duration) float64 {
	const omega = 2 * math.Pi / (3 * 24 * 3600)
	t := age.Seconds()
	rhythm := 0.7 * (1 - math.Cos(omega*t)) / omega
	return g.first*(t+rhythm) + g.more*t*t/(2*history.Seconds())
}

// latencies returns a native histogram of the schema 0: as many observations in
// (0.0625, 0.125] as in (0.125, 0.25], which has the bound of 0.2 in it, and
// a growing part in (0.25, 0.5].
func latencies(age time.Duration) *histogram.FloatHistogram {
	fast, slow := growth{0.4, 0}.count(age), growth{0.1, 0.1}.count(age)
	return &histogram.FloatHistogram{
		Count: 2*fast + slow, Sum: 0.15*2*fast + 0.3*slow,
		PositiveSpans:   []histogram.Span{{Offset: -3, Length: 3}},
		PositiveBuckets: []float64{fast, fast, slow},
	}
}
