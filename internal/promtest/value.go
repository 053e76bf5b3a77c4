package promtest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
)

// Value asks the server itself, past all code under test, for the value at a
// time of an expression that yields one series. Anything else ends the test.
func Value(t testing.TB, server *prometheus.Server, expr string, at time.Time) float64 {
	t.Helper()
	body := queryInstant(t, server, expr, at)
	var answer struct {
		Data struct{ Result []struct{ Value [2]any } }
	}
	if err := json.Unmarshal(body, &answer); err != nil || len(answer.Data.Result) != 1 {
		t.Fatalf("%s: want one series, got %s (%v)", expr, body, err)
	}
	text, _ := answer.Data.Result[0].Value[1].(string)
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatalf("%s: %v", expr, err)
	}
	return value
}

// queryInstant returns the server's answer to an instant query.
func queryInstant(t testing.TB, server *prometheus.Server, expr string, at time.Time) []byte {
	t.Helper()
	form := url.Values{"query": {expr}, "time": {strconv.FormatFloat(float64(at.UnixMilli())/1000, 'f', 3, 64)}}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/api/v1/query?"+form.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return body
}
