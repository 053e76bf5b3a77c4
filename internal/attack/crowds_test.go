package attack_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// crowds are attacks of many at a time.
var crowds = []attack{
	{name: "500 requests at a time", requests: 500 * perSLO, send: func(a *assault) {
		atOnce(500, func(i int) {
			a.ask(a.Context(), query(kinds[i%len(kinds)], map[string]any{
				"slos": firstTier, "label": "code", "adhocFilters": filter("code", "!=", fmt.Sprint(i/100)),
			}))
		})
	}},
	{name: "500 resources at a time", requests: 1000, send: func(a *assault) {
		text := []byte(definitions())
		atOnce(500, func(i int) {
			switch i % 4 {
			case 0:
				a.call(a.Context(), http.MethodPost, "validate", text)
			case 1:
				a.call(a.Context(), http.MethodGet, "eventlabels", nil)
			case 2:
				a.call(a.Context(), http.MethodGet, "labels/user/values?slos=logins", nil)
			case 3:
				a.call(a.Context(), http.MethodGet, "preview?slo="+known, nil)
			}
		})
	}},
	{name: "32 bodies of 4 MB at a time", requests: none, send: func(a *assault) {
		atOnce(32, func(i int) {
			text := []string{"- ", "a: b\n", "---\n", "#"}[i%4]
			a.call(a.Context(), http.MethodPost, "validate", bytes.Repeat([]byte(text), 4<<20/len(text)))
		})
	}},
	{name: "64 texts of as many values as there may be", requests: none, send: func(a *assault) {
		document := "a:\n" + strings.Repeat("- {b: c}\n", 49_000) + "---\n"
		text := []byte(strings.Repeat(document, 9))
		atOnce(64, func(int) { a.call(a.Context(), http.MethodPost, "validate", text) })
	}},
	{name: "100 health checks at a time", requests: 500, send: func(a *assault) {
		atOnce(100, func(int) {
			a.timed(a.Context(), func(ctx context.Context) error {
				_, err := a.target.CheckHealth(ctx, &backend.CheckHealthRequest{PluginContext: a.source})
				return err
			})
		})
	}},
	{name: "settings that change 100 times", requests: 100 * perSLO, send: func(a *assault) {
		settings := *a.source.DataSourceInstanceSettings
		for i := range 100 {
			settings.Updated = settings.Updated.Add(time.Second)
			changed := settings
			a.source.DataSourceInstanceSettings = &changed
			a.ask(a.Context(), query("status", map[string]any{"slos": fmt.Sprintf("s%03d", i)}))
		}
	}},
}
