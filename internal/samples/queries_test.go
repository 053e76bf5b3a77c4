package samples_test

// queries are the SLIs of the samples over their windows, by SLO, objective and
// label set, each written from its definition by hand.
var queries = map[string]string{
	`myservice-requests-availability 99.9 {}`: `1 - sum(increase(http_request_duration_seconds_count{job="myservice",code=~"5..|429"}[30d]))
		/ sum(increase(http_request_duration_seconds_count{job="myservice"}[30d]))`,
	`myservice2-requests-availability 99.99 {}`: `1 - sum(increase(http_request_duration_seconds_count{job="myservice",code=~"5..|429"}[30d]))
		/ sum(increase(http_request_duration_seconds_count{job="myservice"}[30d]))`,
	`myapp-http-availability 99.99 {}`: `1 - sum(increase(http_request_duration_seconds_count{job="myapp",code=~"5..|429"}[30d]))
		/ sum(increase(http_request_duration_seconds_count{job="myapp"}[30d]))`,
	`sloth-slo-my-service 99.9 {}`: `sum(increase(http_request_duration_seconds_count{job="myservice",code=~"200|404"}[30d]))
		/ sum(increase(http_request_duration_seconds_count{job="myservice"}[30d]))`,

	`home-wifi-good-wifi-client-satisfaction 95 {}`: `1 - sum_over_time(count(unifipoller_client_satisfaction_ratio < 0.75)[30d:1m])
		/ sum_over_time(count(unifipoller_client_satisfaction_ratio)[30d:1m])`,
	`home-wifi-risk-wifi-client-satisfaction 99.9 {}`: `1 - sum_over_time(count(unifipoller_client_satisfaction_ratio < 0.5)[30d:1m])
		/ sum_over_time(count(unifipoller_client_satisfaction_ratio)[30d:1m])`,
	`home-wifi-wifi-client-satisfaction 95 {}`: `sum(sum_over_time(unifipoller_client_satisfaction_ratio[30d])) / sum(count_over_time(unifipoller_client_satisfaction_ratio[30d]))`,

	`k8s-apiserver-requests-availability 99.9 {}`: `1 - sum(increase(apiserver_request_total{code=~"500|429"}[30d])) / sum(increase(apiserver_request_total[30d]))`,
	`requests-availability-openslo 99.9 {}`:       `sum(increase(apiserver_request_total{code="200"}[30d])) / sum(increase(apiserver_request_total[30d]))`,
	`k8s-apiserver-requests-latency 99 {}`:        `sum(increase(apiserver_request_duration_seconds_bucket{verb="GET",le="0.4"}[30d])) / sum(increase(apiserver_request_duration_seconds_count{verb="GET"}[30d]))`,
	`requests-latency-openslo 99 {}`:              `sum(increase(apiserver_request_duration_seconds_bucket{verb="GET",le="0.4"}[30d])) / sum(increase(apiserver_request_duration_seconds_count{verb="GET"}[30d]))`,
	// Prometheus 3 writes bounds as 5.0, other servers as 5.
	`requests-latency-openslo 99.9 {}`: `sum(increase(apiserver_request_duration_seconds_bucket{verb="GET",le=~"5|5.0"}[30d])) / sum(increase(apiserver_request_duration_seconds_count{verb="GET"}[30d]))`,

	`caddy-response-latency 90 {}`: `sum(increase(caddy_http_response_duration_seconds_bucket{job="caddy",handler="subroute",code="200",le="0.05"}[28d]))
		/ sum(increase(caddy_http_response_duration_seconds_count{job="caddy",handler="subroute",code="200"}[28d]))`,
	`nginx-api-errors 99.9 {}`: `1 - sum(increase(nginx_ingress_controller_requests{ingress="lastfm",status="503"}[28d]))
		/ sum(increase(nginx_ingress_controller_requests{ingress="lastfm"}[28d]))`,
	// The sample calls the fast server errors a success; so it is counted.
	`nginx-api-latency 90 {}`: `sum(increase(nginx_ingress_controller_request_duration_seconds_bucket{ingress="lastfm",status="503",le="1"}[28d]))
		/ sum(increase(nginx_ingress_controller_request_duration_seconds_count{ingress="lastfm"}[28d]))`,
	`prometheus-api-query 99 {handler="/api/v1/query"}`: `1 - sum(increase(prometheus_http_requests_total{handler="/api/v1/query",code="503"}[7d]))
		/ sum(increase(prometheus_http_requests_total{handler="/api/v1/query"}[7d]))`,
	`prometheus-api-query 99 {handler="/api/v1/labels"}`: `1 - sum(increase(prometheus_http_requests_total{handler="/api/v1/labels",code="503"}[7d]))
		/ sum(increase(prometheus_http_requests_total{handler="/api/v1/labels"}[7d]))`,
	`prometheus-blackbox-probe-success 99 {target="a"}`: `avg_over_time(probe_success{target="a"}[7d])`,
	`prometheus-blackbox-probe-success 99 {target="b"}`: `avg_over_time(probe_success{target="b"}[7d])`,
	`pyrra-connect-errors 99 {method="Get", service="objectives"}`: `1 - sum(increase(connect_server_requests_total{job="pyrra",service="objectives",method="Get",code="internal"}[14d]))
		/ sum(increase(connect_server_requests_total{job="pyrra",service="objectives",method="Get"}[14d]))`,
	`pyrra-connect-errors 99 {method="List", service="objectives"}`: `1 - sum(increase(connect_server_requests_total{job="pyrra",service="objectives",method="List",code="aborted"}[14d]))
		/ sum(increase(connect_server_requests_total{job="pyrra",service="objectives",method="List"}[14d]))`,
	`pyrra-connect-latency 99 {method="Get", service="objectives"}`: `histogram_fraction(0, 0.2, sum(increase(connect_server_requests_duration_seconds{job="pyrra",code="ok",method="Get"}[14d])))`,
	`parca-grpc-queryrange-errors 99 {}`: `1 - sum(increase(grpc_server_handled_total{grpc_service="parca.query.v1alpha1.QueryService",grpc_method="QueryRange",grpc_code=~"Internal|Aborted"}[14d]))
		/ sum(increase(grpc_server_handled_total{grpc_service="parca.query.v1alpha1.QueryService",grpc_method="QueryRange"}[14d]))`,
}
