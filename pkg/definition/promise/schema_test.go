package promise

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
)

// everything contains a promise with all fields, each on a line of its own.
const everything = `apiVersion: promise.slo/v1
kind: Promise
metadata:
  name: checkout-promise
spec:
  slo: checkout
  objective: availability
  owner:
    team: payments
    contact: "#payments"
  agreed:
    engineering:
      name: Ada Lovelace
      date: 2026-01-10
    onCall:
      name: Grace Hopper
      date: 2026-01-12T09:30:00+02:00
    product:
      name: Mary Jackson
      date: "2026-01-15"
  reason: People abandon a cart after the second failure.
  links:
    runbook: https://example.com/runbook
    repository: https://example.com/shop.git
    channel: https://chat.example.com/payments
    dashboards:
      - https://example.com/d/1
  dependsOn:
    - warehouse
  alerting:
    page:
      - budget: 2%
        long: 1h
        short: 5m
        minBadEvents: 10
    ticket:
      - burnRate: 2
        long: 6h
        short: 30m
  considered:
    lowest: 0.99
    highest: 99.95%
  history:
    - target: 0.99
      from: 2025-01-01
      reason: A start.
      agreedBy:
        - Ada Lovelace
    - targetPercent: 99.9
      from: 2026-01-15
  changes: deploys_total{service="checkout"}
  policy:
    - remainingBelow: 50%
      action: The weekly review looks at it.
      until: half of it is back
    - remainingBelow: 25%
      action: Only fixes are released.
      blocks:
        - migration
      until:
        remaining: 50%
    - remainingBelow: 0
      action: Nothing is released.
      blocks:
        - deploy
      until: window
`

// wholeReview and wholeOverride contain documents with all fields, each on a line of
// its own.
const (
	wholeReview = `apiVersion: promise.slo/v1
kind: Review
metadata:
  name: checkout-q3
spec:
  slo: checkout
  objective: availability
  window:
    start: 2026-07-01
    end: 2026-10-01
  held: 2026-10-05
  answers:
    target:
      verdict: no
      note: It held for a year.
    dependencies:
      verdict: partly
      note: The bank has no second site.
    cadence:
      verdict: yes
      note: Two migrations in a week.
    detection:
      verdict: no
      note: The page came within a minute.
  learned: A migration and a deploy at once cannot be told apart.
  change:
    kind: gate
    what: Migrations run alone.
    owner: payments
    due: 2026-12-01
    done: 2026-11-01
    evidence: https://example.com/pull/1
  report: https://example.com/report
`
	wholeOverride = `apiVersion: promise.slo/v1
kind: Override
metadata:
  name: black-friday
spec:
  slo: checkout
  actions:
    - deploy
  from: 2026-11-20T08:00:00Z
  to: 2026-11-21
  reason: The fix has to go out.
  approvedBy:
    - Ada Lovelace
    - Grace Hopper
`
)

// beyondSchema matches what a schema cannot say.
var beyondSchema = regexp.MustCompile(`is given twice, first on line|write a day that the calendar has|is longer than long|write one such as 1h or 5m`)

// Editors check promises by the schema, and the reader checks them itself: what
// one refuses, the other refuses.
func TestSchemaRefusesWhatTheReaderRefuses(t *testing.T) {
	tests := []struct{ schema, document string }{
		{"promise", everything},
		{"review", wholeReview},
		{"review", strings.Replace(wholeReview, "  window:\n    start: 2026-07-01\n    end: 2026-10-01\n", "  overspend:\n    start: 2026-07-01T09:05:00Z\n", 1)},
		{"override", wholeOverride},
		{"override", strings.Replace(wholeOverride, "slo: checkout", "service: shop", 1)},
	}
	for _, test := range tests {
		t.Run(test.schema, func(t *testing.T) { checkSchema(t, test.schema, test.document) })
	}
}

func checkSchema(t *testing.T, name, document string) {
	schema := compileSchema(t, name+".schema.json")
	if refusal := check(document); refusal != "" {
		t.Fatal(refusal)
	}
	documents := variants(document)
	refused := 0
	for _, document := range documents {
		refusal := check(document)
		if refusal != "" {
			refused++
		}
		if err := schema.Validate(decode(document)); (err == nil) != (refusal == "") {
			t.Errorf("the reader says %q, the schema says %v, of\n%s", refusal, err, document)
		}
	}
	if accepted := len(documents) - refused; refused < 200 || accepted < 40 {
		t.Errorf("%d documents are refused and %d are not", refused, accepted)
	}
}

func compileSchema(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	text, err := os.Open("../../../docs/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer text.Close()
	parsed, err := jsonschema.UnmarshalJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(name, parsed); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// variants returns the document without each of its lines, with each of its
// fields renamed, and with other values for each of its fields. Its version and
// kind, by which it is given to the reader, stay.
func variants(document string) []string {
	values := []string{
		"", "' '", "5", "-1", "0", "0.5", "1", "100", "true", "hello", "'25%'", "'250%'", "'0%'", "2026-01-15", "2026-02-30",
		"'2026-01-15T09:00:00Z'", "[a]", "[a, a]", "['']", "[]", "{a: b}", "{}", "https://example.com", "ftp://x", "1h", "0s", "5m", "9999w", "1y",
	}
	field := regexp.MustCompile(`^(\s*(?:- )?[A-Za-z]+:)(.*)$`)
	lines := strings.Split(strings.TrimSpace(document), "\n")
	var all []string
	with := func(i, end int, line string) {
		all = append(all, strings.Join(lines[:i], "\n")+"\n"+line+"\n"+strings.Join(lines[end:], "\n")+"\n")
	}
	for i, line := range lines {
		if i < 2 {
			continue
		}
		end := i + 1
		for end < len(lines) && indent(lines[end]) > indent(line) {
			end++
		}
		with(i, end, "")
		found := field.FindStringSubmatch(line)
		if found == nil {
			continue
		}
		with(i, i+1, strings.Replace(line, ":", "s:", 1))
		for _, value := range values {
			with(i, end, found[1]+" "+value)
		}
	}
	return all
}

// indent returns how far a line's field is indented.
func indent(line string) int { return len(line) - len(strings.TrimLeft(line, " -")) }

// check returns what the reader has against a document that a schema could have
// said; empty if there is nothing.
func check(document string) string {
	var all []string
	for root := range yamldoc.Documents("p.yaml", []byte(document)) {
		read(&format.Contents{}, root, root.Object().Get("kind").Written())
		for _, p := range root.Report().Problems() {
			if !beyondSchema.MatchString(p.Error()) {
				all = append(all, p.Error())
			}
		}
	}
	return strings.Join(all, "\n")
}

// decode returns a document as a schema sees it.
func decode(document string) any {
	for root := range yamldoc.Documents("p.yaml", []byte(document)) {
		return decodeValue(root)
	}
	return nil
}

// decodeValue returns a part of a document. A field without a value is as good as
// none.
func decodeValue(v yamldoc.Value) any {
	switch v.Type() {
	case "":
		return nil
	case "a mapping":
		fields := map[string]any{}
		for name, field := range v.Object().All() {
			if value := decodeValue(field); value != nil {
				fields[name] = value
			}
		}
		return fields
	case "a list":
		items := []any{}
		for _, item := range v.List() {
			items = append(items, decodeValue(item))
		}
		return items
	case "a number":
		n, _ := v.Number()
		return n
	case "true or false":
		return v.Written() == "true"
	default:
		return v.Written()
	}
}
