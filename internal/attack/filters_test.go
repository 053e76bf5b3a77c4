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
	{name: "filters, groupings and variables that vary from refresh to refresh of 100 SLOs", within: 20 * time.Second, send: varyRefreshes},
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

var refreshes = flag.Int("refreshes", 200, "of a dashboard whose filters, groupings and variables differ each time")

// varyRefreshes refreshes a dashboard of 100 SLOs again and again. From when the
// ledgers have taken what they may, memory does not grow.
func varyRefreshes(a *assault) {
	a.source = a.ground.source(a.T, a.ground.proxy.URL, map[string]any{"definitions": map[string]string{"inline": visits()}})
	fill := a.refresh(0)
	var heaps []int64
	for i := 1; i < *refreshes; i++ {
		a.refresh(i)
		if i+1 == *refreshes/2 {
			// What the first one filled is filled anew if it had to be let go.
			if again := a.refresh(0); again < fill/2 {
				a.Errorf("after %d refreshes the ledgers have not taken what they may: of %d requests %d were made again", i+1, fill, again)
			}
		}
		if 8*(i+1)/(*refreshes) > 8*i/(*refreshes) && i+1 >= *refreshes/2 {
			heaps = append(heaps, a.target.live(a.T, a.source))
		}
	}
	a.Logf("from the half of %d refreshes on the heap holds %s", *refreshes, sizes(heaps))
	n := len(heaps)
	if grown := min(heaps[n-2], heaps[n-1]) - min(heaps[0], heaps[1]); grown > ledgerLimit/4 {
		a.Errorf("the heap grows by %s", size(grown))
	}
}

// refresh asks for the status of 100 SLOs as the i-th dashboard does. It returns how
// many requests reached the server.
func (a *assault) refresh(i int) int64 {
	var names []string
	for service := range services {
		names = append(names, fmt.Sprintf("s%03d", service))
	}
	variables := []string{"", `{service="shop"}`, `{tier=~"1|2"}`, `{slo=~"` + strings.Join(names, "|") + `"}`}
	operators := []string{"!=", "=~", "!~"}
	groupings := [][]string{nil, {"code"}, nil, {"region"}, {"code", "region"}}
	value := fmt.Sprint("x", i)
	if operators[i%len(operators)] == "=~" {
		value = "200|500|" + value
	}
	asked := a.ground.proxy.asked.Load()
	for _, answer := range a.ask(a.Context(), query("status", map[string]any{
		"slos": variables[i%len(variables)], "groupBy": groupings[i%len(groupings)],
		"adhocFilters": filter("code", operators[i%len(operators)], value),
	})) {
		if answer.Error != nil || numbers(answer.Frames) < services {
			a.Errorf("refresh %d has %d numbers: %v", i, numbers(answer.Frames), answer.Error)
		}
	}
	return a.ground.proxy.asked.Load() - asked
}

func sizes(all []int64) string {
	var texts []string
	for _, bytes := range all {
		texts = append(texts, size(bytes))
	}
	return strings.Join(texts, ", ")
}
