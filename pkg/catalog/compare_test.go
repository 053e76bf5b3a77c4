package catalog_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/catalog"
)

// sloth returns a file of Sloth with the SLOs that are given by name, target and
// query of bad events.
func sloth(slos ...[3]string) string {
	text := "version: prometheus/v1\nservice: shop\nslos:\n"
	for _, s := range slos {
		text += fmt.Sprintf("- {name: %s, objective: %s, alerting: {}, sli: {events: {error_query: '%s', total_query: 'sum(rate(all_total[{{.window}}]))'}}}\n", s[0], s[1], s[2])
	}
	return text
}

const (
	errorsOf = `sum(rate(all_total{code="500"}[{{.window}}]))`
	openSLO  = `apiVersion: openslo/v1
kind: SLO
metadata: {name: checkout}
spec:
  service: shop
  indicator: {metadata: {name: errors}, spec: {ratioMetric: {counter: true,
    bad: {metricSource: {type: Prometheus, spec: {query: 'all_total{code="500"}'}}},
    total: {metricSource: {type: Prometheus, spec: {query: all_total}}}}}}
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.99}, {displayName: Strict, target: 0.999}]
`
	condition = "---\napiVersion: promise.slo/v1\nkind: Promise\nmetadata: {name: p}\nspec: {slo: checkout, alerting: {page: [{budget: 1%, long: 1h, short: 5m}]}}\n"
)

func TestCompare(t *testing.T) {
	checkout := [3]string{"a", "99.9", errorsOf}
	calendar := strings.Replace(openSLO, "{duration: 28d, isRolling: true}", `{duration: 1M, calendar: {startTime: "2026-01-01 00:00:00", timeZone: UTC}}`, 1)
	tests := []struct {
		name, before, after string
		want                string
	}{
		{"nothing", sloth(checkout), sloth(checkout), ""},
		{"order", sloth(checkout, [3]string{"b", "99", errorsOf}), sloth([3]string{"b", "99", errorsOf}, checkout), ""},
		{"spelling of the query", sloth(checkout), sloth([3]string{"a", "99.9", `sum by () (rate(all_total{code="500"}[{{ .window }}]))`}), ""},
		{"target", sloth(checkout), sloth([3]string{"a", "99.95", errorsOf}), "shop-a: 0.999 0.9995 target"},
		{"indicator", sloth(checkout), sloth([3]string{"a", "99.9", strings.Replace(errorsOf, "500", "503", 1)}), "shop-a: 0.999 0.999 events"},
		{"new and removed", sloth(checkout), sloth([3]string{"b", "99", errorsOf}), "shop-a: 0.999 -\nshop-b: - 0.99"},
		{"target of the only objective without a name", openSLO, strings.Replace(openSLO, "{target: 0.99}", "{target: 0.98}", 1), "checkout / 98: 0.99 0.98 target"},
		{"target of an objective with a name", openSLO, strings.Replace(openSLO, "0.999", "0.9999", 1), "checkout / strict: 0.999 0.9999 target"},
		{"objective removed", openSLO, strings.Replace(openSLO, "{target: 0.99}, ", "", 1), "checkout / 99: 0.99 -"},
		{"two names of two objectives", openSLO, strings.Replace(openSLO, "{target: 0.99}, {displayName: Strict,", "{target: 0.97}, {displayName: Lax,", 1),
			"checkout / 97: - 0.97\ncheckout / 99: 0.99 -\ncheckout / lax: - 0.999\ncheckout / strict: 0.999 -"},
		{"window", openSLO, calendar, "checkout / 99: 0.99 0.99 window\ncheckout / strict: 0.999 0.999 window"},
		{"time zone", calendar, strings.Replace(calendar, "UTC", "Europe/London", 1), "checkout / 99: 0.99 0.99 window\ncheckout / strict: 0.999 0.999 window"},
		{"alerts", openSLO, openSLO + condition, "checkout / 99: 0.99 0.99 alerts\ncheckout / strict: 0.999 0.999 alerts"},
		{"everything", "", sloth(checkout), "shop-a: - 0.999"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var lines []string
			for _, c := range catalog.Compare(read(t, test.before).SLOs, read(t, test.after).SLOs) {
				lines = append(lines, describe(c))
			}
			if got := strings.Join(lines, "\n"); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func describe(c catalog.Change) string {
	target := func(d *catalog.Defined) string {
		if d == nil {
			return "-"
		}
		return fmt.Sprint(d.Objective.Target)
	}
	text := c.ID() + ": " + target(c.Before) + " " + target(c.After)
	for _, part := range []struct {
		name    string
		differs bool
	}{{"target", c.Target}, {"window", c.Window}, {"events", c.Events}, {"alerts", c.Alerts}} {
		if part.differs {
			text += " " + part.name
		}
	}
	return text
}

func read(t *testing.T, text string) *catalog.Catalog {
	t.Helper()
	c, err := catalog.Load(t.Context(), catalog.Inline(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range c.Problems {
		t.Logf("%v", p)
	}
	return c
}
