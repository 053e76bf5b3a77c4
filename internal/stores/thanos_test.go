package stores_test

import (
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/internal/stores"
)

func TestThanosMergesReplicas(t *testing.T) {
	server := stores.Thanos(t, stores.QuerierOptions{ReplicaLabels: []string{"replica"}},
		stores.StoreOptions{Data: counting(10, "0"), Labels: map[string]string{"replica": "a", "cluster": "north"}},
		stores.StoreOptions{Data: late(20*time.Second, 10, "0"), Labels: map[string]string{"replica": "b", "cluster": "north"}})
	want(t, server.URL, "", `count(requests_total{cluster="north"} offset 2m)`, 1, 0)
	want(t, server.URL, "", `sum(increase(requests_total[7d]))`, 7*24*60, 1)
}

func TestThanosStoreThatIsDown(t *testing.T) {
	const expr = `sum(count_over_time(requests_total[7d]))`
	for _, strict := range []bool{true, false} {
		server := stores.Thanos(t, stores.QuerierOptions{Strict: strict},
			stores.StoreOptions{Data: counting(10, "0"), Labels: map[string]string{"cluster": "north"}},
			stores.StoreOptions{Data: counting(10, "0"), Labels: map[string]string{"cluster": "south"}})
		want(t, server.URL, "", expr, 2*7*24*60, 2)
		server.Stores[1].Stop()
		got, warnings, err := ask(t, server.URL, "", expr, now)
		if err != nil || len(warnings) == 0 || len(got) != 1 || got[0].Value > 7*24*60+1 {
			t.Errorf("strict %t, half of it down: got %v, %q, %v", strict, got, warnings, err)
		}
		server.Stores[1].Start(t)
		want(t, server.URL, "", expr, 2*7*24*60, 2)
	}
}

func TestThanosStoreWithLimits(t *testing.T) {
	for name, options := range map[string]stores.StoreOptions{
		"series":  {MaxSeries: 1},
		"samples": {MaxSamples: 200},
	} {
		options.Data, options.Labels = counting(10, "0", "1"), map[string]string{"cluster": "north"}
		server := stores.Thanos(t, stores.QuerierOptions{}, options)
		got, warnings, err := ask(t, server.URL, "", `sum(count_over_time(requests_total[7d]))`, now)
		if err == nil && len(warnings) == 0 {
			t.Errorf("%s: got %v without a warning", name, got)
		}
	}
}

func TestThanosDownsampled(t *testing.T) {
	server := stores.Thanos(t, stores.QuerierOptions{},
		stores.StoreOptions{Data: counting(30, "0"), Labels: map[string]string{"cluster": "north"}, Raw: 10 * day})
	const expr = `sum(increase(requests_total[25d]))`
	if got, _, err := ask(t, server.URL, "", expr, now); err != nil || len(got) != 1 || got[0].Value > 15*24*60 {
		t.Errorf("raw samples reach too far back: %v, %v", got, err)
	}
	want(t, server.URL+"?max_source_resolution=5m", "", expr, 25*24*60, 10)
}
