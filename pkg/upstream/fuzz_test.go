package upstream

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/model/labels"
)

// FuzzDecode looks for answers that panic, and for accepted ones that read
// differently once they are written out again.
func FuzzDecode(f *testing.F) {
	for _, body := range []string{
		`{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":"b"},"value":[1700000000.123,"1"]}]}}`,
		`{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"a":"é\""},"values":[[1,"NaN"],[2.5,"+Inf"]]}]},"warnings":["w"]}`,
		`{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}`,
		`{"status":"error","errorType":"bad_data","error":"x"}`,
		`{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"histogram":[1,{"count":"1","buckets":[[0,"1","2","3"]]}]}]}}`,
		`{"status":"success","data":`, `[]`, `<html>`, ``,
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		first, err := decodeQuery(strings.NewReader(body))
		if err != nil {
			return
		}
		second, err := decodeQuery(strings.NewReader(encode(first.series)))
		if err != nil {
			t.Fatalf("%+v does not read again: %v", first.series, err)
		}
		if !sameSeries(first.series, second.series) {
			t.Fatalf("%+v reads as %+v", first.series, second.series)
		}
	})
}

// encode writes series as a matrix, as a server does.
func encode(series []Series) string {
	var b strings.Builder
	b.WriteString(`{"status":"success","data":{"resultType":"matrix","result":[`)
	for i, s := range series {
		metric, err := json.Marshal(s.Labels.Map())
		if err != nil {
			panic(err)
		}
		fmt.Fprintf(&b, `%s{"metric":%s,"values":[`, comma(i), metric)
		for j, sample := range s.Samples {
			fmt.Fprintf(&b, `%s[%s,"%s"]`, comma(j), seconds(sample.T), strconv.FormatFloat(sample.V, 'f', -1, 64))
		}
		b.WriteString(`]}`)
	}
	b.WriteString(`]}}`)
	return b.String()
}

func sameSeries(a, b []Series) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !labels.Equal(a[i].Labels, b[i].Labels) || !sameSamples(a[i].Samples, b[i].Samples) {
			return false
		}
	}
	return true
}

// sameSamples takes every NaN for the same value.
func sameSamples(a, b []Sample) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] && (a[i].T != b[i].T || !math.IsNaN(a[i].V) || !math.IsNaN(b[i].V)) {
			return false
		}
	}
	return true
}
