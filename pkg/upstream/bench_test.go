package upstream

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/prometheus/client_golang/api"
	promv1 "github.com/prometheus/client_golang/api/prometheus/v1"
)

const (
	benchSeries = 20
	benchPoints = 8640 // 30 days of 5-minute steps.
)

// coldFill is the answer of a cold ledger's range query: counters of which
// every other value has many decimals, as sums and increases have.
func coldFill() []byte {
	var b bytes.Buffer
	b.WriteString(`{"status":"success","data":{"resultType":"matrix","result":[`)
	random := rand.New(rand.NewPCG(1, 2))
	for s := range benchSeries {
		fmt.Fprintf(&b, `%s{"metric":{"__name__":"requests_total","instance":"10.0.0.%d:9090","job":"shop"},"values":[`, comma(s), s)
		value := 0.0
		for i := range benchPoints {
			value += random.Float64() * 10
			shown := value
			if i%2 == 0 {
				shown = float64(int(value))
			}
			fmt.Fprintf(&b, `%s[%d,"%s"]`, comma(i), 1_700_000_100+i*300, strconv.FormatFloat(shown, 'f', -1, 64))
		}
		b.WriteString(`]}`)
	}
	b.WriteString(`]}}`)
	return b.Bytes()
}

func comma(i int) string {
	if i == 0 {
		return ""
	}
	return ","
}

// BenchmarkDecode compares this package's decoder with client_golang's on an
// answer of 172,800 points.
func BenchmarkDecode(b *testing.B) {
	body := coldFill()
	b.Run("upstream", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		b.ReportAllocs()
		for b.Loop() {
			a, err := decodeQuery(io.MultiReader(bytes.NewReader(body)))
			if err != nil || len(a.series) != benchSeries || len(a.series[0].Samples) != benchPoints {
				b.Fatal(err, len(a.series))
			}
		}
	})
	b.Run("client_golang", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		b.ReportAllocs()
		client, err := api.NewClient(api.Config{Address: "http://localhost", RoundTripper: canned(body)})
		if err != nil {
			b.Fatal(err)
		}
		prometheus := promv1.NewAPI(client)
		for b.Loop() {
			window := promv1.Range{Start: time.Unix(0, 0), End: time.Unix(1, 0), Step: time.Second}
			if _, _, _, err := prometheus.QueryRange(context.Background(), "x", window); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// canned answers every request with the same body.
type canned []byte

func (c canned) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(bytes.NewReader(c)), Request: r, Header: http.Header{}}, nil
}
