package upstream

import (
	"encoding/json"
	"fmt"
	"strconv"
	"testing"
	"time"
)

func TestPartial(t *testing.T) {
	for name, test := range map[string]struct {
		warnings []string
		more     string
		want     bool
	}{
		"no warnings":                {nil, "", false},
		"complete VictoriaMetrics":   {nil, `,"isPartial":false`, false},
		"partial VictoriaMetrics":    {nil, `,"isPartial":true`, true},
		"a warning on the query":     {[]string{`PromQL warning: quantile value should be between 0 and 1, got 2 (1:10)`}, "", false},
		"an info among the warnings": {[]string{`PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "x" (1:6)`}, "", false},
		"an info":                    {nil, `,"infos":["what there is to say"]`, false},
		"cut short":                  {[]string{"results truncated due to limit"}, "", true},
		"Thanos' store":              {[]string{`receive series from Addr: 10.0.0.1:10901 LabelSets: {} MinTime: 0 MaxTime: 1: rpc error: code = Unavailable desc = error reading from server: EOF`}, "", true},
		"Thanos' limit":              {[]string{"rpc error: code = ResourceExhausted desc = exceeded series limit"}, "", true},
		"Thanos without a store":     {[]string{"No StoreAPIs matched for this query"}, "", true},
		"remote read":                {[]string{"remote_read: remote server http://other/api/v1/read returned http status 503"}, "", true},
		"Prometheus' estimate":       {[]string{"cost estimation failed: context deadline exceeded"}, "", false},
		"one of several":             {[]string{"PromQL warning: x", "store is down"}, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			warnings, err := json.Marshal(test.warnings)
			if err != nil {
				t.Fatal(err)
			}
			body := fmt.Sprintf(`{"status":"success","warnings":%s%s,"data":{"resultType":"vector","result":[]}}`, warnings, test.more)
			address, _ := serve(t, say(200, "application/json", body))
			_, meta, err := impatient(t, Options{URL: address}).Instant(t.Context(), "up", epoch)
			if err != nil || meta.Partial != test.want {
				t.Errorf("partial is %v, %v; want %v", meta.Partial, err, test.want)
			}
		})
	}
}

func TestPartialParts(t *testing.T) {
	for partial := range 3 {
		t.Run(strconv.Itoa(partial), func(t *testing.T) {
			address, _ := serve(t, first(int32(partial),
				say(200, "application/json", `{"status":"success","isPartial":true,"data":{"resultType":"matrix","result":[]}}`),
				say(200, "application/json", `{"status":"success","data":{"resultType":"matrix","result":[]}}`)))
			c := impatient(t, Options{URL: address, MaxPoints: 10, MaxRange: time.Minute})
			_, ofRange, err := c.Range(t.Context(), "up", epoch, epoch.Add(3*time.Minute), 10*time.Second)
			if err != nil || ofRange.Partial != (partial > 0) {
				t.Errorf("a range of which %d parts are partial is partial: %v, %v", partial, ofRange.Partial, err)
			}
		})
	}
}
