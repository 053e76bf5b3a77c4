package plugin

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
)

// FuzzQuery checks that no query makes the plugin panic or take long, and that one
// that is refused is never the plugin's fault.
func FuzzQuery(f *testing.F) {
	const hour = 3_600_000
	at := now.UnixMilli()
	for _, text := range []string{
		`{"queryType":"status","slos":"{team=\"payments\"}"}`,
		`{"queryType":"burnRate","slos":"availability","lookbacks":["1h","3d"],"groupBy":["route"]}`,
		`{"queryType":"contributors","label":"route","top":3,"filters":[{"key":"code","operator":"=|","values":["5.."]}]}`,
		`{"queryType":"incidents","threshold":1e308,"adhocFilters":[{"key":"slo","operator":"=~","value":"("}]}`,
		`{"queryType":"projection","threshold":1,"severity":"page","objective":"answers"}`,
		`{"queryType":"windows"}`, `{"queryType":"sli","lookbacks":["290y"]}`, `{"queryType":"burnAlert","groupBy":["__name__","le"]}`,
		`{"queryType":"events","lookbacks":[` + strings.Repeat(`"1h",`, 300) + `"2h"]}`,
		`{"queryType":"status","slos":"{slo=~\"((x{30}){30})\\x7b1000}\"}"}`,
		`{"queryType":"slos","filters":` + strings.Repeat(`[`, 10_000) + `}`,
		`null`, `[]`, `{"lookbacks":[5]}`, `{"lookback":"1h"}`,
	} {
		f.Add([]byte(text), at-24*hour, at, int64(60_000), int64(100))
		f.Add([]byte(text), at-399*24*hour, at, int64(0), int64(math.MaxInt64))
	}
	ranges := []byte(`{"queryType":"budget","slos":"availability"}`)
	f.Add(ranges, int64(0), int64(hour), int64(60_000), int64(100))
	f.Add(ranges, int64(math.MinInt64), int64(math.MaxInt64), int64(math.MaxInt64), int64(math.MinInt64))
	f.Add(ranges, at-hour, at, int64(292*365*24*hour), int64(0))
	f.Add(ranges, at, at-hour, int64(-1), int64(1))
	d := open(f, source(f, emptyServer(f), inline(definitions+brokenDefinition)))
	f.Fuzz(func(t *testing.T, text []byte, from, to, interval, points int64) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		r := d.respond(ctx, backend.DataQuery{
			RefID: "A", JSON: text, Interval: time.Duration(interval) * time.Millisecond, MaxDataPoints: points,
			TimeRange: backend.TimeRange{From: time.Unix(0, from*int64(time.Millisecond)), To: time.Unix(0, to*int64(time.Millisecond))},
		}, false)
		if r.Error != nil && (r.ErrorSource != backend.ErrorSourceDownstream || r.Status == backend.StatusTimeout) {
			t.Errorf("%s: %d: %v", text, r.Status, r.Error)
		}
		for _, frame := range r.Frames {
			if rows := frame.Rows(); rows > defaultLimits().Points+2 {
				t.Errorf("%s: %d rows", text, rows)
			}
		}
	})
}

// emptyServer starts a server without series.
func emptyServer(f *testing.F) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		kind := "vector"
		if strings.HasSuffix(r.URL.Path, "query_range") {
			kind = "matrix"
		}
		_, _ = fmt.Fprintf(w, `{"status":"success","data":{"resultType":%q,"result":[]}}`, kind)
	}))
	f.Cleanup(server.Close)
	return server.URL
}

// FuzzSettings checks that no settings make the plugin panic.
func FuzzSettings(f *testing.F) {
	f.Add([]byte(`{"definitions":{"source":"folder","folder":"../.."},"maxRange":"30d","timeZone":"Europe/Paris","queryParams":"a=b"}`))
	f.Add([]byte(`{"limits":{"range":"1h","points":10,"series":100000}}`))
	f.Add([]byte(`{"timeZone":"../../etc/passwd","concurrency":-1,"keepCookies":[""]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := readSettings(text)
		if err != nil {
			return
		}
		if _, err := s.location(); err != nil {
			t.Errorf("%s: accepted, but %v", text, err)
		}
		if _, err := s.params(); err != nil {
			t.Errorf("%s: accepted, but %v", text, err)
		}
		if _, err := s.Limits.withDefaults(); err != nil {
			t.Errorf("%s: accepted, but %v", text, err)
		}
	})
}

// FuzzValidate checks that whatever query is validated and previewed, as each
// kind of indicator, is answered in JSON that is not much longer than it.
func FuzzValidate(f *testing.F) {
	for _, query := range []string{
		`sum(requests_total{job="shop",code="500"})`, sumOf(90), sumOf(900), strings.Repeat("(", 1000), strings.Repeat("-", 90) + "a",
		"a{b=~'" + strings.Repeat("x{1000}", 20) + "'}", "avg(a) / avg(b)", "sum by (job) (a)[5m:]", "a # b", "{{.window}}",
	} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		if !utf8.ValidString(query) {
			return
		}
		quoted, err := json.Marshal(query)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(withQuery("QUERY"), "'QUERY'", string(quoted)) + "---\n" +
			strings.Replace(aggregatedDefinition, "'avg by (job) (requests_total < bool 1)'", string(quoted), 1)
		found, err := check(t.Context(), text)
		if err != nil {
			t.Fatal(err)
		}
		if answer, err := json.Marshal(found); err != nil || len(answer) > 20_000+20*len(query) {
			t.Errorf("%q: %d bytes, %v", query, len(answer), err)
		}
		set := definition.Read(definition.File{Content: []byte(text)})
		d := &Datasource{now: func() time.Time { return now }}
		for _, s := range set.SLOs {
			for _, o := range s.Objectives {
				if c := d.counting(s, o, 0); (c.Error == "") == (c.Total == "") || len(c.Bad)+len(c.Total) > 20_000+100*len(query) {
					t.Errorf("%q: %+v", query, c)
				}
			}
		}
	})
}
