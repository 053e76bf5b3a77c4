package upstream

import (
	"errors"
	"io"
	"math"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/prometheus/prometheus/model/labels"
)

func one(at int64, v float64) []Sample { return []Sample{{T: at, V: v}} }

func TestDecodeQuery(t *testing.T) {
	up := labels.FromStrings("__name__", "up", "job", "a")
	for name, test := range map[string]struct {
		body string
		want answer
	}{
		"vector": {
			`{"status":"success","data":{"resultType":"vector","result":[{"metric":{"job":"a","__name__":"up"},"value":[1700000000.123,"1"]}]}}`,
			answer{series: []Series{{up, one(1700000000123, 1)}}},
		},
		"matrix": {
			`{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1.5,"1e3"],[2,"-0.25"]]}]}}`,
			answer{series: []Series{{labels.EmptyLabels(), []Sample{{1500, 1000}, {2000, -0.25}}}}},
		},
		"several series do not share samples": {
			`{"status":"success","data":{"result":[{"metric":{"a":"1"},"values":[[1,"1"],[2,"2"]]},{"metric":{"a":"2"},"values":[[1,"3"]]}]}}`,
			answer{series: []Series{
				{labels.FromStrings("a", "1"), []Sample{{1000, 1}, {2000, 2}}},
				{labels.FromStrings("a", "2"), one(1000, 3)},
			}},
		},
		"scalar": {
			`{"status":"success","data":{"resultType":"scalar","result":[1700000000,"42"]}}`,
			answer{series: []Series{{labels.EmptyLabels(), one(1700000000000, 42)}}},
		},
		"nothing": {`{"status":"success","data":{"resultType":"vector","result":[]}}`, answer{}},
		"members in another order, unknown ones and white space": {
			"{\"warnings\": [\"w\"],\n \"new\": {\"x\": [1]}, \"data\": {\"result\": [ {\"value\": [ 1 , \"2\" ], \"metric\": {\"a\": \"b\"}} ], \"resultType\": \"vector\"}, \"status\": \"success\"}",
			answer{series: []Series{{labels.FromStrings("a", "b"), one(1000, 2)}}, meta: Meta{Warnings: []string{"w"}, Partial: true}},
		},
		"infos, null warnings and stats": {
			`{"status":"success","data":{"resultType":"vector","result":[],"stats":{"timings":{"evalTotalTime":1},"samples":{"totalQueryableSamples":7,"peakSamples":3}}},"warnings":null,"infos":["i"]}`,
			answer{meta: Meta{Infos: []string{"i"}, Stats: Stats{Samples: 7, PeakSamples: 3}}},
		},
		"VictoriaMetrics' partial answer": {
			`{"status":"success","isPartial":true,"data":{"resultType":"vector","result":[]},"stats":{"seriesFetched":"0"}}`,
			answer{meta: Meta{Warnings: []string{"the answer is partial: the server could not read all of its storage"}, Partial: true}},
		},
		"empty label is no label": {
			`{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":"","b":"c"},"value":[1,"2"]}]}}`,
			answer{series: []Series{{labels.FromStrings("b", "c"), one(1000, 2)}}},
		},
		"infinite": {
			`{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"+Inf"],[2,"-Inf"]]}]}}`,
			answer{series: []Series{{labels.EmptyLabels(), []Sample{{1000, math.Inf(1)}, {2000, math.Inf(-1)}}}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			for way, body := range map[string]io.Reader{
				"at once":      strings.NewReader(test.body),
				"byte by byte": iotest.OneByteReader(strings.NewReader(test.body)),
			} {
				got, err := decodeQuery(body)
				if err != nil {
					t.Fatalf("%s: %v", way, err)
				}
				if !reflect.DeepEqual(got, test.want) {
					t.Errorf("%s: got %+v, want %+v", way, got, test.want)
				}
			}
		})
	}
}

func TestDecodeNaN(t *testing.T) {
	got, err := decodeQuery(strings.NewReader(`{"status":"success","data":{"result":[1,"NaN"]}}`))
	if err != nil {
		t.Fatal(err)
	}
	if v := got.series[0].Samples[0].V; !math.IsNaN(v) {
		t.Errorf("got %v, want NaN", v)
	}
}

func TestDecodeQueryRefuses(t *testing.T) {
	const shape, broken, complaint, ours = "shape", "broken", "complaint", "ours"
	for name, test := range map[string]struct{ body, want string }{
		"empty":                     {``, broken},
		"cut off in a sample":       {`{"status":"success","data":{"result":[{"metric":{},"values":[[1,"1"],[2,`, broken},
		"cut off at the end":        {`{"status":"success","data":{"result":[]}`, broken},
		"not JSON":                  {`status: success`, broken},
		"more after the end":        {`{"status":"success","data":{"result":[]}} {}`, shape},
		"member twice":              {`{"status":"success","status":"success","data":{"result":[]}}`, broken},
		"array":                     {`[]`, shape},
		"number":                    {`7`, shape},
		"null":                      {`null`, shape},
		"no status":                 {`{"data":{"result":[]}}`, shape},
		"no data":                   {`{"status":"success"}`, shape},
		"null data":                 {`{"status":"success","data":null}`, shape},
		"no result":                 {`{"status":"success","data":{"resultType":"matrix"}}`, shape},
		"data is an array":          {`{"status":"success","data":[]}`, shape},
		"result is an object":       {`{"status":"success","data":{"result":{}}}`, shape},
		"series is a number":        {`{"status":"success","data":{"result":[{"metric":{},"value":[1,"1"]},7]}}`, shape},
		"series without value":      {`{"status":"success","data":{"result":[{"metric":{}}]}}`, shape},
		"label is a number":         {`{"status":"success","data":{"result":[{"metric":{"a":1},"value":[1,"1"]}]}}`, shape},
		"value without quotes":      {`{"status":"success","data":{"result":[{"metric":{},"value":[1,1]}]}}`, shape},
		"value is a word":           {`{"status":"success","data":{"result":[{"metric":{},"value":[1,"one"]}]}}`, shape},
		"value out of range":        {`{"status":"success","data":{"result":[{"metric":{},"value":[1,"1e999"]}]}}`, shape},
		"time is a string":          {`{"status":"success","data":{"result":[{"metric":{},"value":["1","1"]}]}}`, shape},
		"time out of range":         {`{"status":"success","data":{"result":[{"metric":{},"value":[1e300,"1"]}]}}`, shape},
		"sample of one":             {`{"status":"success","data":{"result":[{"metric":{},"value":[1]}]}}`, shape},
		"sample of three":           {`{"status":"success","data":{"result":[{"metric":{},"value":[1,"1","2"]}]}}`, shape},
		"sample of nothing":         {`{"status":"success","data":{"result":[{"metric":{},"values":[[]]}]}}`, shape},
		"sample is an object":       {`{"status":"success","data":{"result":[{"metric":{},"values":[{"t":1}]}]}}`, shape},
		"scalar of three":           {`{"status":"success","data":{"result":[1,"1","2"]}}`, shape},
		"string result":             {`{"status":"success","data":{"resultType":"string","result":[1,"x"]}}`, ours},
		"histogram in a vector":     {`{"status":"success","data":{"result":[{"metric":{},"histogram":[1,{"count":"1"}]}]}}`, ours},
		"histograms among values":   {`{"status":"success","data":{"result":[{"metric":{},"values":[[1,"1"]],"histograms":[[2,{"count":"1"}]]}]}}`, ours},
		"value without end":         {`{"status":"success","data":{"result":[{"metric":{"a":"` + strings.Repeat("a", 2*maxToken), shape},
		"name without end":          {`{"status":"success","` + strings.Repeat("a", 2*maxToken), shape},
		"number without end":        {`{"status":"success","data":{"result":[{"metric":{},"value":[` + strings.Repeat("1", 2*maxToken), shape},
		"error with a fine status":  {`{"status":"error","errorType":"execution","error":"no"}`, complaint},
		"error with data that lack": {`{"status":"error","data":null,"errorType":"execution","error":"no"}`, complaint},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := decodeQuery(strings.NewReader(test.body))
			if err == nil {
				t.Fatalf("no error, but %+v", got)
			}
			if kind := errorKind(err); kind != test.want {
				t.Errorf("%s error %q, want a %s one", kind, err, test.want)
			}
		})
	}
}

func errorKind(err error) string {
	_, isShape := errors.AsType[*shapeError](err)
	_, isComplaint := errors.AsType[*replyError](err)
	_, isOurs := errors.AsType[*Error](err)
	switch {
	case isShape:
		return "shape"
	case isComplaint:
		return "complaint"
	case isOurs:
		return "ours"
	}
	return "broken"
}

func TestParseMillis(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "1": 1000, "1.5": 1500, "1.05": 1050, "1.005": 1005, "1700000000.123": 1700000000123,
		"1.7e9": 1700000000000, "-1.5": -1500, "1700000000.1239": 1700000000124, "1700000000.1230000000": 1700000000123,
	} {
		if got, ok := parseMillis([]byte(text)); !ok || got != want {
			t.Errorf("%s: got %d, %t, want %d", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "x", "1.2.3", `"1"`, "1e16", "NaN"} {
		if got, ok := parseMillis([]byte(text)); ok {
			t.Errorf("%q: got %d, want none", text, got)
		}
	}
}
