package definition_test

import (
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/deftest"
)

// A file that has to be rendered is reported once, with what renders it.
func TestTemplates(t *testing.T) {
	golden := deftest.ReadGolden(t)
	tests := []struct {
		name  string
		pairs []string
	}{
		{"Helm value", []string{"99.95", "{{ .Values.objective }}"}},
		{"Helm in a text", []string{"People can pay.", "People of {{ .Release.Name }} can pay."}},
		{"Helm blocks", []string{"labels:\n  team", "{{- if $shop }}\nlabels:\n  team"}},
		{"Helm escapes", []string{"http_requests_total[{{ .window }}]", "http_requests_total[{{`{{.window}}`}}]"}},
		{"cookiecutter", []string{"service: shop", "service: {{ cookiecutter.slug }}"}},
		{"Jinja block", []string{"labels:\n  team", "{% if shop %}\nlabels:\n  team"}},
		{"Jinja value", []string{"99.95", "{{ objective }}"}},
		{"envsubst", []string{"99.95", "${TARGET}"}},
		{"envsubst with a default", []string{"99.95", "${TARGET:-99.95}"}},
		{"Terraform", []string{"service: shop", "service: ${var.service}"}},
		{"lower case", []string{"99.95", "${objective}"}},
		{"round brackets", []string{"99.95", "$(OBJECTIVE)"}},
		{"square brackets", []string{"99.95", "[[ .obj ]]"}},
		{"at signs", []string{"99.95", `"@@OBJECTIVE@@"`}},
		{"percent sign", []string{"99.95", `"%(objective)s"`}},
		{"in quotes", []string{"service: shop", `service: "{{ns}}"`}},
		{"after other text", []string{"service: shop", `service: "shop-{{ ns }}"`}},
		{"upper case in a matcher", []string{"http_requests_total[", `http_requests_total{ns="${NS}"}[`}},
		{"lower case in a matcher", []string{"http_requests_total[", `http_requests_total{a="b", ns=~"x-${ns}"}[`}},
		{"ERB in a matcher", []string{"http_requests_total[", `http_requests_total{ns="<% ns %>"}[`}},
		{"at signs in a matcher", []string{"http_requests_total[", `http_requests_total{ns="@@NS@@"}[`}},
		{"what a regular expression may have", []string{"http_requests_total[", `http_requests_total{ns=~"(a|b$)[[:alpha:]]{2}%@x", to!="[a]"}[`}},
		{"assignments of a shell", []string{"summary: The shop fails", "summary: |\n          NS=\"${NS}\"\n          The shop fails"}},
		{"in a comment", []string{"service: shop", "service: shop\n# {{ .Values.service }}"}},
		{"variables in texts", []string{"summary: The shop fails", "summary: 'The shop fails on {{ $labels.node }}, {{ if true }}${HOST}{{ end }}'", "99.95", "100"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			golden.Check(t, deftest.Problems(deftest.Change(t, deftest.SlothFile, test.pairs...)))
		})
	}
}
