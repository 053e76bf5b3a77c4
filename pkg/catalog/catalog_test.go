package catalog

import (
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/deftest"
)

var now = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// clockAt returns a clock that shows what a variable holds.
func clockAt(at *time.Time) func() time.Time { return func() time.Time { return *at } }

// read returns the catalog of a text.
func read(text string) *Catalog {
	return &Catalog{definition.Read(definition.File{Content: []byte(text)})}
}

func parse(t *testing.T, c Criteria) Selector {
	t.Helper()
	s, err := ParseSelector(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// shopOf returns the definition of an SLO with a query for errors.
func shopOf(query string) string {
	return "version: prometheus/v1\nservice: shop\nslos:\n" +
		"- {name: s0, objective: 99, alerting: {}, sli: {events: {error_query: '" + query + "', total_query: 'sum(rate(r[{{.window}}]))'}}}\n"
}

const (
	definitions      = deftest.Shop
	brokenDefinition = deftest.Impossible
	promised         = deftest.Promised
)

// What is wrong with a review changes no number, and raises no alarm.
func TestReviewsAreNoRefusals(t *testing.T) {
	review := deftest.Change(t, deftest.Review, "  learned: A migration and a deploy at once cannot be told apart.\n", "")
	override := deftest.Change(t, deftest.Override, "slo: checkout", "slo: another")
	c := &Catalog{Set: deftest.Read(deftest.Ratio, review, override)}
	if len(c.Problems) < 2 {
		t.Fatalf("the problems are %v", c.Problems)
	}
	if got := c.Refusals(Selector{}); len(got) > 0 {
		t.Errorf("got %v", got)
	}
}
