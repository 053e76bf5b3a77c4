package plugin

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
)

// FuzzQuery checks that no query makes the plugin panic, and that one that is
// refused is always the fault of who asked.
func FuzzQuery(f *testing.F) {
	for _, seed := range []string{
		`{"queryType":"status","slos":"{team=\"payments\"}"}`,
		`{"queryType":"burnRate","slos":"availability","lookbacks":["1h","3d"],"groupBy":["route"]}`,
		`{"queryType":"contributors","label":"route","top":3,"filters":[{"key":"code","operator":"=|","values":["5.."]}]}`,
		`{"queryType":"incidents","threshold":1e308,"adhocFilters":[{"key":"slo","operator":"=~","value":"("}]}`,
		`null`, `[]`, `{"lookbacks":[5]}`,
	} {
		f.Add([]byte(seed))
	}
	set := definition.Read(definition.File{Content: []byte(definitions + brokenDefinition)})
	f.Fuzz(func(t *testing.T, text []byte) {
		query, err := parseQuery(backend.DataQuery{JSON: text, TimeRange: backend.TimeRange{From: now.Add(-day), To: now}})
		if err == nil {
			var s scope
			if s, err = query.scope(attributes(set.SLOs)); err == nil {
				s.selection.of(set.SLOs)
				s.selection.broken(set, true)
			}
		}
		if _, refused := errors.AsType[*requestError](err); err != nil && !refused {
			t.Errorf("%s: %v is not told as a bad request", text, err)
		}
	})
}

// FuzzSettings checks that no settings make the plugin panic.
func FuzzSettings(f *testing.F) {
	f.Add([]byte(`{"definitions":{"source":"folder","folder":"../.."},"maxRange":"30d","timeZone":"Europe/Paris","queryParams":"a=b"}`))
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
