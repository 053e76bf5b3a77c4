package stores_test

import (
	"strings"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/stores"
)

func TestMimir(t *testing.T) {
	server := stores.Mimir(t, stores.MimirOptions{}, map[string]func(*prometheus.Writer){
		"a": counting(30, "0"),
		"b": counting(10, "0"),
	})
	want(t, server.URL, "a", `sum(count_over_time(requests_total[40d]))`, 30*24*60, 0)
	want(t, server.URL, "a", `sum(increase(requests_total[20d]))`, 20*24*60, 1)
	want(t, server.URL, "b", `sum(count_over_time(requests_total[40d]))`, 10*24*60, 0)
	want(t, server.URL, "a|b", `count(requests_total offset 2m)`, 2, 0)
	want(t, server.URL, "a|b", `count(requests_total{__tenant_id__="b"} offset 2m)`, 1, 0)
	if _, _, err := ask(t, server.URL, "", "up", now); err == nil {
		t.Error("a request without a tenant is answered")
	}
}

// Retention deletes whole blocks, and a lookback skips whole chunks.
func TestMimirCutsWhatIsOld(t *testing.T) {
	const days = 10 * 24 * 60
	for name, test := range map[string]struct {
		options  stores.MimirOptions
		overhang float64
	}{
		"retention": {options: stores.MimirOptions{Retention: 10 * day}, overhang: 4 * 24 * 60},
		"lookback":  {options: stores.MimirOptions{Lookback: 10 * day}, overhang: 120},
	} {
		t.Run(name, func(t *testing.T) {
			server := stores.Mimir(t, test.options, map[string]func(*prometheus.Writer){"a": counting(30, "0")})
			want(t, server.URL, "a", `sum(count_over_time(requests_total[20d]))`, days+test.overhang/2, test.overhang/2+1)
		})
	}
}

func TestMimirRefusesWhatIsTooMuch(t *testing.T) {
	for text, options := range map[string]stores.MimirOptions{
		"max-total-query-length":       {MaxLength: 5 * day},
		"max-partial-query-length":     {MaxPartialLength: 5 * day},
		"max-fetched-series-per-query": {MaxSeries: 1},
	} {
		server := stores.Mimir(t, options, map[string]func(*prometheus.Writer){"a": counting(10, "0", "1")})
		_, _, err := ask(t, server.URL, "a", `sum(increase(requests_total[7d]))`, now)
		if err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%s: got %v", text, err)
		}
	}
}
