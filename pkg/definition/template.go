package definition

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

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

// templateMarks lists the marks, the most telling first. A pattern matches nothing
// without one of templateOpenings.
var templateMarks = []templateMark{
	{regexp.MustCompile(`{{-? *cookiecutter\.`), "cookiecutter", "cookiecutter", true},
	{regexp.MustCompile(`{%[-+]? *(if|elif|else|endif|for|endfor|set|raw|endraw|block|endblock|include|import|macro)\b`), "Jinja", "", true},
	{regexp.MustCompile("{{-? *(`{{|\\.(Values|Release|Chart|Capabilities|Files|Template)\\b|(include|template|define) +\")"), "Helm", "helm template", true},
	{regexp.MustCompile(matcherMark + `\${(var|local|each)\.`), "Terraform", "templatefile", true},
	{regexp.MustCompile(matcherMark + `\${[A-Za-z]\w*}`), "envsubst or Terraform", "envsubst", true},
	{regexp.MustCompile(matcherMark + `<%[-=]? *[@\w]`), "ERB", "", true},
	{regexp.MustCompile(matcherMark + `(\[\[-? *\.\w|@@\w+@@|%\(\w+\)s)`), "", "", true},
	{regexp.MustCompile(`^\s*{{-? *(if|range|with|else|end)\b`), "Helm", "helm template", false},
	{regexp.MustCompile(`\${(var|local|each)\.|%{ *(if|for)\b`), "Terraform", "templatefile", false},
	{regexp.MustCompile(`\${[A-Z][A-Z0-9_]*(:?[-=?+][^}]*)?}`), "envsubst", "envsubst", false},
	{regexp.MustCompile(`:\s+["']?[^"'\s]*\$\([A-Za-z]\w*\)`), "Kustomize or another tool", "", false},
	{regexp.MustCompile(`:\s+["']?[^"'\s]*\${[a-z]\w*}`), "envsubst or Terraform", "envsubst", false},
	{regexp.MustCompile(`<%[-=]? *[@\w]`), "ERB", "", false},
	{regexp.MustCompile(`:\s+["']?[^"'\s]*{{-? *\w[^}]*}}`), "Jinja or another tool", "", false},
	{regexp.MustCompile(`:\s+["']?[^"'\s]*(\[\[-? *\.\w|@@\w+@@|%\(\w+\)s)`), "", "", false},
}

// templateOpenings lists what placeholders and blocks of templates begin with.
var templateOpenings = []string{"{{", "{%", "${", "$(", "<%", "[[", "@@", "%(", "%{"}

// maxTemplateBytes limits how much text is compared with the marks, which takes
// much longer than to read it. Lines without an opening do not count.
const maxTemplateBytes = 32 << 10

// templateLine is a line of a file that may come from a template.
type templateLine struct {
	number int
	text   []byte
	// broken tells that there is an error on the line, or no YAML.
	broken bool
}

// findTemplate returns the problem of a file that is a template, in place of all
// that is wrong because of it; ok is false if it is none.
func findTemplate(path string, content []byte, found []Problem) (p Problem, ok bool) {
	lines := templateLines(content, found)
	for _, mark := range templateMarks {
		for _, line := range lines {
			if (mark.certain || line.broken) && mark.pattern.Match(line.text) {
				return mark.problem(slo.Position{File: path, Line: line.number}), true
			}
		}
	}
	return p, false
}

// templateLines returns the lines with something that a template may have, but for
// comments.
func templateLines(content []byte, found []Problem) (lines []templateLine) {
	in := func(text []byte) func(string) bool {
		return func(opening string) bool { return bytes.Contains(text, []byte(opening)) }
	}
	openings := slices.DeleteFunc(slices.Clone(templateOpenings), func(opening string) bool { return !in(content)(opening) })
	if len(openings) == 0 {
		return nil
	}
	number, left := 0, maxTemplateBytes
	for line := range bytes.Lines(content) {
		number++
		trimmed := bytes.TrimSpace(line)
		if len(trimmed) == 0 || trimmed[0] == '#' || len(line) > left || !slices.ContainsFunc(openings, in(line)) {
			continue
		}
		left -= len(line)
		lines = append(lines, templateLine{number: number, text: line, broken: breaksLine(number, found)})
	}
	return lines
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
