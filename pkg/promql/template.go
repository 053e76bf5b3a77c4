package promql

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/promql/parser/posrange"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// A template stands for a duration that the one who evaluates a query fills in.
type template struct {
	start, end int
	name       string
	// Set where it is the resolution of a subquery, not its range.
	step bool
}

// templateNames lists the templates that stand for a duration: Sloth's window,
// Grafana's own variables, and what people name theirs.
var templateNames = []string{"window", "__window", "__rate_interval", "__interval", "__range"}

// templateForms matches {{.name}}, ${name}, ${name:format} and $name.
var templateForms = regexp.MustCompile(`^(?:\{\{\s*\.?(\w+)\s*\}\}|\$\{(\w+)(?::\w+)?\}|\$(\w+))`)

// isWindow reports whether the template's value differs from window to window, as
// opposed to Grafana's intervals, which only say how finely to look.
func (t template) isWindow() bool {
	return t.name != "__rate_interval" && t.name != "__interval"
}

// isRangeIn reports whether the template is the range of something in a part of the
// query.
func (t template) isRangeIn(at posrange.PositionRange) bool {
	return !t.step && int(at.Start) <= t.start && t.end <= int(at.End)
}

// placeholder returns a duration of exactly the template's length, so that
// positions in the parsed text are positions in the author's.
func (t template) placeholder() string {
	digit := "5m"
	if t.step {
		digit = "1m"
	}
	return strings.Repeat("0", t.end-t.start-len(digit)) + digit
}

// substitute returns the query's text with durations for its templates, 5m for a
// range and 1m for a resolution, and the templates.
func substitute(q slo.Query) (string, []template, error) {
	scan := templateScanner{query: q}
	if err := scan.run(); err != nil {
		return "", nil, err
	}
	text := []byte(q.Expr)
	for _, t := range scan.found {
		copy(text[t.start:t.end], t.placeholder())
	}
	return string(text), scan.found, nil
}

// templateScanner finds templates outside of strings and comments, where
// neither $ nor {{ is PromQL.
type templateScanner struct {
	query slo.Query
	found []template
	// Whether [ is open, and the latest byte that is not space.
	bracket bool
	last    byte
}

func (s *templateScanner) run() error {
	text := s.query.Expr
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == '"' || c == '\'' || c == '`':
			i = endOfString(text, i)
			s.last = c
		case c == '#':
			i = endOfLine(text, i)
		case c == '$' || strings.HasPrefix(text[i:], "{{"):
			t, err := s.template(i)
			if err != nil {
				return err
			}
			s.found = append(s.found, t)
			i, s.last = t.end, '0'
		default:
			s.pass(c)
			i++
		}
	}
	return nil
}

func (s *templateScanner) pass(c byte) {
	switch c {
	case ' ', '\t', '\n', '\r':
		return
	case '[':
		s.bracket = true
	case ']':
		s.bracket = false
	}
	s.last = c
}

// template returns the template at i, if it stands alone as a range or a
// resolution.
func (s *templateScanner) template(i int) (template, error) {
	text := s.query.Expr
	form := templateForms.FindStringSubmatch(text[i:])
	if form == nil {
		return template{}, s.refuse(i, i+1, "this is neither PromQL nor a template for a duration")
	}
	t := template{start: i, end: i + len(form[0]), name: form[1] + form[2] + form[3], step: s.last == ':'}
	if !slices.Contains(templateNames, t.name) {
		return t, s.refuse(i, t.end, fmt.Sprintf("there is no template named %q", t.name))
	}
	rest := strings.TrimLeft(text[t.end:], " \t\r\n")
	alone := s.bracket && (s.last == '[' || s.last == ':') && rest != "" && strings.Contains("]:", rest[:1])
	if !alone {
		return t, s.misplaced(t)
	}
	return t, nil
}

// misplaced refuses a template that is none of a range. People write one into the
// names of what they record for several windows, and behind offset.
func (s *templateScanner) misplaced(t template) *Error {
	refused := s.refuse(t.start, t.end, "a template for a duration must stand alone in the brackets of a range")
	switch before := s.query.Expr[:t.start]; {
	case s.bracket:
	case namedForWindow.MatchString(s.query.Expr):
		refused.Hint = "write the counters themselves, with a range; or average the record of one short window"
		return refused.or(func() form {
			return form{lead: "as in", query: namedForWindow.ReplaceAllString(s.query.Expr, "avg_over_time(${1}5m$2["+windowTemplate+"])")}
		})
	case strings.HasSuffix(strings.TrimSpace(before), "offset"):
		refused.Hint = "write increase(counter[" + windowTemplate + "]) in place of the difference of a counter to its earlier value"
	}
	return refused
}

// namedForWindow matches a selector whose name ends in the template of the window.
var namedForWindow = regexp.MustCompile(`([a-zA-Z_:][a-zA-Z0-9_:]*)\{\{\s*\.window\s*\}\}(\{[^{}]*\})?`)

func (s *templateScanner) refuse(start, end int, reason string) *Error {
	return &Error{Query: s.query, Start: start, End: end, Reason: reason,
		Hint: "write a range as [{{.window}}], [$__rate_interval] or a duration such as [5m]"}
}

// endOfString returns the position after the string that begins at i.
func endOfString(text string, i int) int {
	quote := text[i]
	for i++; i < len(text) && text[i] != quote; i++ {
		if text[i] == '\\' && quote != '`' {
			i++
		}
	}
	return min(i+1, len(text))
}

func endOfLine(text string, i int) int {
	if n := strings.IndexByte(text[i:], '\n'); n >= 0 {
		return i + n
	}
	return len(text)
}
