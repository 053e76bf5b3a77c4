package plugin

import (
	"errors"
	"testing"

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
		query, err := parseQuery(backend.DataQuery{JSON: text, TimeRange: backend.TimeRange{From: now.Add(-day), To: now}}, defaultLimits(), now)
		if err == nil {
			var s scope
			if s, err = query.scope(defaultLimits(), attributes(set.SLOs)); err == nil {
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
