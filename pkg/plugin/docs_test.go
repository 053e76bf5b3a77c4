package plugin

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestQueriesPage asks what docs/queries.md shows.
func TestQueriesPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/queries.md")
	if err != nil {
		t.Fatal(err)
	}
	server := startShop(t)
	d := open(t, source(t, server.URL, inline(definitions)))
	_, examples, _ := strings.Cut(string(page), "```json\n")
	examples, _, _ = strings.Cut(examples, "```")
	lines := strings.Split(strings.TrimSpace(examples), "\n")
	for _, line := range lines {
		var query map[string]any
		if err := json.Unmarshal([]byte(line), &query); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if answer := ask(t.Context(), t, d, query, nil); answer.Error != nil || len(answer.Frames) == 0 {
			t.Errorf("%s: %v", line, answer.Error)
		}
	}
	resources := regexp.MustCompile("`/([^`… ]+)`").FindAllStringSubmatch(string(page[strings.Index(string(page), "## Resources"):]), -1)
	if len(lines) < 4 || len(resources) < 8 {
		t.Fatalf("the page shows %d queries and %d resources", len(lines), len(resources))
	}
	for _, found := range resources {
		path, params, _ := strings.Cut(found[1], "?")
		values, err := url.ParseQuery(params)
		if err != nil {
			t.Fatal(err)
		}
		if answer := call(t, d, "GET", path+"?"+values.Encode(), ""); answer.Status != http.StatusOK {
			t.Errorf("%s: %d: %s", found[1], answer.Status, answer.Body)
		}
	}
}
