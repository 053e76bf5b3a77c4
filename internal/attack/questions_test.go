package attack_test

import (
	"bytes"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

const firstTier = `{tier="1"}`

// kinds are all types of queries that need accounts.
var kinds = []string{
	"status", "summary", "burnAlert", "exhaustionAlert", "budgetAlert", "windowAlert", "noDataAlert", "gateAlert", "reviewAlert",
	"sli", "events", "burnRate", "budget", "projection", "days", "incidents", "outages", "windows", "kept", "targets", "gate", "gateHistory", "reviews",
	"contributors",
}

// ofAll asks every type of query about the SLOs of the first tier.
func ofAll(change func(*backend.DataQuery)) []backend.DataQuery {
	var all []backend.DataQuery
	for _, kind := range kinds {
		q := query(kind, map[string]any{"slos": firstTier, "label": "code"})
		change(&q)
		all = append(all, q)
	}
	return all
}

// during changes a query's range.
func during(from, to time.Time) func(*backend.DataQuery) {
	return func(q *backend.DataQuery) { q.TimeRange = backend.TimeRange{From: from, To: to} }
}

var (
	epoch   = time.Unix(0, 0)
	century = time.Date(1970, 1, 2, 3, 0, 0, 0, time.UTC)
	last    = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
)

// questions are attacks of single requests.
var questions = []attack{
	{name: "every type of query is among the attacks", requests: none, send: func(a *assault) {
		answers := a.ask(a.Context(), query("nonsense", nil))
		if len(answers) == 0 || answers[0].Error == nil {
			a.Fatal("a type that does not exist is answered")
		}
		_, names, _ := strings.Cut(answers[0].Error.Error(), "write one of ")
		for _, name := range strings.Split(names, ", ") {
			if !slices.Contains(kinds, name) && name != "slos" {
				a.Errorf("nobody attacks %s", name)
			}
		}
	}},
	{name: "status over an hour of 1970", requests: none, send: func(a *assault) {
		a.ask(a.Context(), between(query("status", map[string]any{"slos": firstTier}), century, century.Add(time.Hour)))
	}},
	{name: "everything over an hour of 1970", requests: none, send: func(a *assault) {
		a.ask(a.Context(), ofAll(during(century, century.Add(time.Hour)))...)
	}},
	// Targets look back further than the rest, so that accounts are filled twice.
	{name: "everything from 1970 to now", requests: 2 * first * perSLO, send: func(a *assault) {
		a.ask(a.Context(), ofAll(during(century, now))...)
	}},
	{name: "gates and what preceded incidents, by many at once", requests: 2 * services * perSLO, send: func(a *assault) {
		atOnce(20, func(int) {
			var all []backend.DataQuery
			for _, kind := range []string{"gate", "gateHistory", "gateAlert", "reviews", "reviewAlert", "incidents"} {
				all = append(all, between(query(kind, nil), now.Add(-399*24*time.Hour), now))
			}
			a.ask(a.Context(), all...)
			a.call(a.Context(), http.MethodGet, "gate?action=deploy", nil)
			a.call(a.Context(), http.MethodGet, "gate?action=deploy&slos="+url.QueryEscape(firstTier), nil)
		})
	}},
	{name: "everything from now to the year 9999", requests: none, send: func(a *assault) {
		a.ask(a.Context(), ofAll(during(now, last))...)
	}},
	{name: "everything in the year 9999", requests: none, send: func(a *assault) {
		a.ask(a.Context(), ofAll(during(last.Add(-time.Hour), last))...)
	}},
	{name: "everything in the year 1, of no time and backwards", requests: first * perSLO, send: func(a *assault) {
		a.ask(a.Context(), ofAll(during(time.Time{}, time.Time{}.Add(time.Hour)))...)
		a.ask(a.Context(), ofAll(during(epoch, epoch))...)
		a.ask(a.Context(), ofAll(during(now, now))...)
		a.ask(a.Context(), ofAll(during(now, now.Add(-time.Hour)))...)
	}},
	{name: "intervals of 292 years", requests: first * perSLO, send: func(a *assault) {
		for _, interval := range []time.Duration{math.MaxInt64, math.MinInt64, -1, time.Millisecond} {
			a.ask(a.Context(), ofAll(func(q *backend.DataQuery) { q.Interval = interval })...)
		}
	}},
	{name: "two billion points", requests: first * perSLO, send: func(a *assault) {
		for _, points := range []int64{1 << 31, math.MaxInt64, math.MinInt64, -1} {
			a.ask(a.Context(), ofAll(func(q *backend.DataQuery) { q.MaxDataPoints, q.Interval = points, time.Millisecond })...)
		}
	}},
	{name: "301 lookbacks of 20 SLOs", requests: none, send: func(a *assault) {
		var lookbacks []string
		for i := range 301 {
			lookbacks = append(lookbacks, fmt.Sprintf("%dm", 20+i))
		}
		for _, kind := range []string{"burnRate", "sli"} {
			q := between(query(kind, map[string]any{"slos": firstTier, "lookbacks": lookbacks}), now.Add(-24*time.Hour), now)
			q.MaxDataPoints, q.Interval = 10_000, time.Second
			a.ask(a.Context(), q)
		}
	}},
	{name: "lookbacks of a year", requests: first * perSLO, send: func(a *assault) {
		a.ask(a.Context(), query("sli", map[string]any{"slos": firstTier, "lookbacks": []string{"366d", "52w", "292y"}}))
		a.ask(a.Context(), query("sli", map[string]any{"slos": firstTier, "lookbacks": []string{"366d"}}))
	}},
	{name: "10,000 queries in one request", requests: none, send: func(a *assault) {
		var all []backend.DataQuery
		for i := range 10_000 {
			all = append(all, query(kinds[i%len(kinds)], map[string]any{"slos": firstTier, "label": "code", "threshold": i}))
		}
		a.ask(a.Context(), all...)
	}},
	{name: "JSON of 6 MB", requests: 2 * perSLO, send: func(a *assault) {
		long := strings.Repeat("a", 6<<20)
		a.refused(a.ask(a.Context(), query("status", map[string]any{"slos": long})))
		a.refused(a.ask(a.Context(), query("status", map[string]any{"unknown": long, "slos": known})))
		a.refused(a.ask(a.Context(), query(long[:received/2-1<<20], nil)))
		a.refused(a.ask(a.Context(), query("sli", map[string]any{"slos": known, "groupBy": strings.Split(strings.Repeat("a,", 1<<20), ",")})))
		a.refused(a.ask(a.Context(), query("sli", map[string]any{"slos": known, "lookbacks": strings.Split(strings.Repeat("1h,", 1<<20), ",")})))
	}},
	{name: "requests larger than what is received", requests: none, send: func(a *assault) {
		for _, size := range []int{received + 64<<10, 10 << 20, 17 << 20, 100 << 20} {
			a.tooLarge(a.Context(), a.statusOf(size))
			a.tooLarge(a.Context(), a.validationOf(size))
		}
	}},
	{name: "deep JSON", requests: services * perSLO, send: func(a *assault) {
		for _, open := range []string{"[", `{"a":`, `{"slos":`, `{"filters":[{"values":[`} {
			q := query("status", nil)
			q.JSON = bytes.Repeat([]byte(open), 6<<20/len(open))
			a.refused(a.ask(a.Context(), q))
		}
		for _, text := range []string{"", "null", "[]", "{", "\xff", `"a"`, "1e999", `{"lookbacks":{"a":[]}}`, `{"top":1e999}`, `{"top":-9223372036854775808}`} {
			q := query("status", nil)
			q.JSON = []byte(text)
			a.ask(a.Context(), q)
		}
	}},
	{name: "regular expressions", requests: first * perSLO, send: func(a *assault) {
		for _, pattern := range []string{
			strings.Repeat("(a+)+", 1000), strings.Repeat("(", 1_000_000), strings.Repeat("a|", 500_000), "((((a{1000}){1000}){1000}){1000})",
			strings.Repeat("(a|b|c|d|e|f|g|h)", 200), strings.Repeat("[a-z]?", 100_000), strings.Repeat(".*", 100_000), `\pL{1000}` + strings.Repeat(`\pL{1000}`, 50),
			strings.Repeat("(x", 900) + strings.Repeat(")*", 900), "(?i)" + strings.Repeat("abcdefgh", 10_000),
		} {
			a.ask(a.Context(), query("status", map[string]any{"slos": `{service=~"` + strings.ReplaceAll(pattern, `\`, `\\`) + `"}`}))
			for _, key := range []string{"service", "code"} {
				a.ask(a.Context(), query("status", map[string]any{"slos": known, "adhocFilters": filter(key, "=~", pattern)}))
			}
		}
	}},
	{name: "labels that are not those of events", requests: first * perSLO, send: func(a *assault) {
		a.refused(a.ask(a.Context(), query("status", map[string]any{"slos": firstTier, "groupBy": []string{"__name__"}})))
		a.refused(a.ask(a.Context(), query("contributors", map[string]any{"slos": firstTier, "label": "__name__"})))
		for _, name := range []string{"le", "", "quantile", "\xff", "a b", strings.Repeat("a", 100_000), "__timestamp__", "code"} {
			a.ask(a.Context(), query("status", map[string]any{"slos": known, "groupBy": []string{name, name}}))
			a.ask(a.Context(), query("contributors", map[string]any{"slos": known, "label": name}))
			a.ask(a.Context(), query("status", map[string]any{"slos": known, "adhocFilters": filter(name, "!=", name)}))
		}
		a.ask(a.Context(), query("status", map[string]any{"slos": known, "adhocFilters": filter("__name__", "=~", ".*")}))
	}},
}
