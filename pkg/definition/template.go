package definition

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// templateMark describes what shows that a file is a template, which a tool turns
// into definitions.
type templateMark struct {
	pattern *regexp.Regexp
	// tool names the tool, and example what renders the template; both may be empty.
	tool, example string
	// certain tells that no definition contains it. Other marks count where they
	// are in the way alone.
	certain bool
}

// matcherMark matches a label matcher up to a placeholder in its value. A matcher
// on a line of its own looks like a shell's assignment and is none.
const matcherMark = `[{,]\s*\w+\s*(?:=~?|!=|!~)\s*\\?["'][^"']*`

// templateMarks returns the marks, the most telling first. They are compiled for
// the first file that could be a template.
var templateMarks = sync.OnceValue(func() []templateMark {
	return []templateMark{
		{regexp.MustCompile(`{{-? *cookiecutter\.`), "cookiecutter", "cookiecutter", true},
		{regexp.MustCompile(`{%[-+]? *(if|elif|else|endif|for|endfor|set|raw|endraw|block|endblock|include|import|macro)\b`), "Jinja", "", true},
		{regexp.MustCompile("{{-? *(`{{|\\.(Values|Release|Chart|Capabilities|Files|Template)\\b|(include|template|define) +\")"), "Helm", "helm template", true},
		{regexp.MustCompile(matcherMark + `\${(var|local|each)\.`), "Terraform", "templatefile", true},
		{regexp.MustCompile(matcherMark + `\${[A-Za-z]\w*}`), "envsubst or Terraform", "envsubst", true},
		{regexp.MustCompile(matcherMark + `<%[-=]? *[@\w]`), "ERB", "", true},
		{regexp.MustCompile(matcherMark + `(\[\[-? *\.\w|@@\w+@@|%\(\w+\)s)`), "", "", true},
		{regexp.MustCompile(`^\s*{{-? *(if|range|with|else|end)\b`), "Helm", "helm template", false},
		{regexp.MustCompile(`\${(var|local|each)\.|%{ *(if|for)\b`), "Terraform", "templatefile", false},
		{regexp.MustCompile(`\${[A-Z][A-Z0-9_]*}`), "envsubst", "envsubst", false},
		{regexp.MustCompile(`:\s+["']?[^"'\s]*\${[a-z]\w*}`), "envsubst or Terraform", "envsubst", false},
		{regexp.MustCompile(`<%[-=]? *[@\w]`), "ERB", "", false},
		{regexp.MustCompile(`:\s+["']?[^"'\s]*{{-? *\w[^}]*}}`), "Jinja or another tool", "", false},
		{regexp.MustCompile(`:\s+["']?[^"'\s]*(\[\[-? *\.\w|@@\w+@@|%\(\w+\)s)`), "", "", false},
	}
})

// findTemplate returns the problem of a file that is a template, in place of all
// that is wrong because of it; ok is false if it is none.
func findTemplate(path string, content []byte, found []Problem) (p Problem, ok bool) {
	if !bytes.ContainsAny(content, "{<[@%") {
		return p, false
	}
	for _, mark := range templateMarks() {
		number := 0
		for line := range bytes.Lines(content) {
			number++
			if trimmed := bytes.TrimSpace(line); len(trimmed) == 0 || trimmed[0] == '#' || !mark.pattern.Match(line) {
				continue
			}
			if mark.certain || breaksLine(number, found) {
				return mark.problem(slo.Position{File: path, Line: number}), true
			}
		}
	}
	return p, false
}

func (m templateMark) problem(at slo.Position) Problem {
	hint := "render it first"
	if m.example != "" {
		hint += ", as " + m.example + " does"
	}
	what := "this is a template"
	if m.tool != "" {
		what += " of " + m.tool
	}
	return Problem{Position: at, Message: what + " that has to be rendered", Hint: hint + ", and put the result in its place"}
}

// breaksLine reports whether there is an error on a line, or no YAML.
func breaksLine(line int, found []Problem) bool {
	return slices.ContainsFunc(found, func(p Problem) bool {
		return p.Severity == Error && (p.Position.Line == line || strings.HasPrefix(p.Message, yamldoc.InvalidYAML))
	})
}
