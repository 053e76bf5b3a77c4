package upstream

import "testing"

func TestNearby(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "127.0.0.1": true, "::1": true, "10.1.2.3": true, "192.168.0.7": true,
		"prometheus": true, "prometheus.monitoring.svc": true, "thanos.monitoring.svc.cluster.local": true,
		"metrics.corp.internal.": true,
		"prometheus.example.com": false, "8.8.8.8": false, "prometheus-prod.grafana.net": false,
	} {
		if isNearby(host) != want {
			t.Errorf("near(%q) = %v", host, !want)
		}
	}
}
