package attack_test

import (
	"context"
	"flag"
	"fmt"
	"strings"
	"time"
)

// filters are attacks that want accounts of their own: of ad hoc filters and
// groupings.
var filters = []attack{
	{name: "groupings of 5,000 values", requests: 200, send: func(a *assault) {
		for _, labels := range [][]string{{"user"}, {"user", "region"}, {"user", "code"}, {"code", "user", "region"}} {
			for _, kind := range []string{"status", "sli", "incidents"} {
				a.ask(a.Context(), query(kind, map[string]any{"slos": "logins", "groupBy": labels}))
			}
		}
		a.ask(a.Context(), query("contributors", map[string]any{"slos": "logins", "label": "user"}))
		a.ask(a.Context(), query("contributors", map[string]any{"slos": "logins", "label": "user", "groupBy": []string{"region"}}))
	}},
	{name: "filters that vary from refresh to refresh of 100 SLOs", within: 20 * time.Second, send: varyFilters},
	{name: "filter values of 1 MB", requests: 100, send: func(a *assault) {
		long := strings.Repeat("x", 1<<20)
		for _, operator := range []string{"=", "!=", "=~", "!~", "=|"} {
			a.ask(a.Context(), query("status", map[string]any{"slos": firstTier, "adhocFilters": filter("code", operator, long)}))
		}
		a.ask(a.Context(), query("status", map[string]any{"slos": firstTier, "adhocFilters": filter(long, "=", "a")}))
		many := []map[string]string{}
		for i := range 20_000 {
			many = append(many, map[string]string{"key": "code", "operator": "!=", "value": fmt.Sprint(i)})
		}
		a.ask(a.Context(), query("status", map[string]any{"slos": firstTier, "filters": many}))
		a.ask(a.Context(), query("status", map[string]any{"slos": firstTier, "filters": []map[string]any{{
			"key": "code", "operator": "=|", "values": strings.Split(strings.Repeat("500,", 300_000), ","),
		}}}))
	}},
	{name: "a client that leaves again and again", send: func(a *assault) {
		for i := range 40 {
			ctx, cancel := context.WithTimeout(a.Context(), time.Duration(5+5*i)*time.Millisecond)
			a.ask(ctx, query("status", map[string]any{"slos": "logins", "adhocFilters": filter("user", "!=", fmt.Sprintf("u%04d", i%4))}))
			a.ask(ctx, query("incidents", map[string]any{"slos": "", "adhocFilters": filter("code", "!=", fmt.Sprint(i))}))
			cancel()
		}
	}},
	{name: "eight big answers at a time", requests: 600, within: time.Minute, send: func(a *assault) {
		atOnce(8, func(i int) {
			a.ask(a.Context(), query("status", map[string]any{"slos": "logins", "adhocFilters": filter("user", "!=", fmt.Sprintf("u%04d", i))}))
		})
	}},
}

var filterRefreshes = flag.Int("refreshes", 12, "of a dashboard whose filter differs each time")

// varyFilters refreshes a dashboard of all SLOs whose filter differs each time.
// From when the ledgers have taken what they may, memory does not grow.
func varyFilters(a *assault) {
	refreshes := *filterRefreshes
	var halves [2]int64
	for half := range halves {
		for i := range refreshes / 2 {
			a.ask(a.Context(), query("status", map[string]any{"adhocFilters": filter("code", "!=", fmt.Sprint(half, i))}))
		}
		halves[half] = a.target.live(a.T, a.source)
	}
	a.Logf("the heap holds %s after half of the refreshes, and %s after all", size(halves[0]), size(halves[1]))
	if grown := halves[1] - halves[0]; grown > ledgerLimit/2 {
		a.Errorf("the heap grows by %s", size(grown))
	}
}
