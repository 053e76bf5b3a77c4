package yamldoc

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

// Documents yields the root of each document of a file. A document that cannot
// be parsed yields a missing value whose Report tells why.
func Documents(file string, content []byte) iter.Seq[Value] {
	return documentsOf(file, content, &extent{})
}

func documentsOf(file string, content []byte, e *extent) iter.Seq[Value] {
	if utf8.Valid(content) {
		return stream{file: file, extent: e}.documents(content)
	}
	return func(yield func(Value) bool) {
		v := Value{document: &document{chunk: &chunk{stream: stream{file: file}}, report: &Report{}}}
		v.Fail("is not UTF-8 text", "save the file in the encoding UTF-8")
		yield(v)
	}
}

// Documents yields the documents of a text as those of a file, with their places
// in the file that the text is in.
func (v Value) Documents() iter.Seq[Value] {
	return v.stream().documents([]byte(v.node.Value))
}

// stream returns where a text of a file is found. A literal's lines are lines of
// the file, without what all are indented by.
func (v Value) stream() stream {
	within := v.document.chunk.stream
	from := stream{file: within.file, field: v.field, line: v.line, extent: within.extent}
	first, blank := firstText(v.node.Value)
	line, _ := v.document.chunk.line(from.line + 1 + blank)
	indent, found := strings.CutSuffix(line, first)
	if v.node.Style&yaml.LiteralStyle == 0 || !found || strings.Trim(indent, " ") != "" {
		from.column, from.folded = v.column, true
		return from
	}
	from.column = len(indent)
	return from
}

// firstText returns the first line that is not blank, and how many are above it.
func firstText(text string) (line string, blank int) {
	for line = range strings.Lines(text) {
		if line = strings.TrimRight(line, "\n"); strings.Trim(line, " ") != "" {
			return line, blank
		}
		blank++
	}
	return "", 0
}

func (s stream) documents(text []byte) iter.Seq[Value] {
	return func(yield func(Value) bool) {
		for c := range s.split(text) {
			for _, root := range c.parse() {
				if !yield(root) {
					return
				}
			}
			if s.extent.exceeds() {
				return
			}
		}
	}
}

func (c *chunk) parse() []Value {
	if e := sizeUp(c.text); e != none {
		return []Value{c.refuse(c.above+1, e)}
	}
	loader, err := yaml.NewLoader(bytes.NewReader(c.text), yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthValue(maxDepth))))
	if err != nil {
		return []Value{c.refuse(c.above+1, refusal{"cannot be read as YAML: " + err.Error(), "fix the syntax of the document"})}
	}
	var roots []Value
	for {
		var node yaml.Node
		if err := loader.Load(&node); errors.Is(err, io.EOF) {
			return roots
		} else if err != nil {
			return append(roots, c.refuse(c.syntax(err)))
		}
		if e := c.stream.extent.measure(&node); e != none {
			return append(roots, c.refuse(c.above+node.Line, e))
		}
		roots = append(roots, (&document{chunk: c, report: &Report{}}).value(node.Content[0], c.stream.field))
	}
}

// refuse returns a document without a value, with the reason.
func (c *chunk) refuse(line int, reason refusal) Value {
	at := c.stream.position(line, 0)
	v := Value{document: &document{chunk: c, report: &Report{}}, line: at.Line, column: at.Column, field: c.stream.field}
	v.Fail(reason.message, reason.hint)
	return v
}

// InvalidYAML begins the messages about syntax.
const InvalidYAML = "is not valid YAML"

// syntax returns what an error of the YAML library means, and on which line.
func (c *chunk) syntax(err error) (line int, reason refusal) {
	var load *yaml.LoadError
	if !errors.As(err, &load) || load.Mark.Line == 0 {
		return c.above + 1, refusal{InvalidYAML + ": " + err.Error(), "fix the syntax of the document"}
	}
	text, _ := c.line(c.above + load.Mark.Line)
	line = min(c.above+load.Mark.Line, c.lastLine())
	switch indent := text[:len(text)-len(strings.TrimLeft(text, " \t"))]; {
	case strings.Contains(indent, "\t"):
		return line, refusal{InvalidYAML + ": a tab is used to indent", "indent with spaces"}
	case strings.Contains(load.Message, "unknown anchor"):
		return line, refusal{InvalidYAML + ": " + load.Message, "define the anchor above, in the same document, or write the value out"}
	case strings.Contains(load.Message, "max depth"):
		return line, tooDeep
	}
	message := InvalidYAML + ": " + load.Message
	if load.ContextMsg != "" {
		message += " (" + load.ContextMsg + ")"
	}
	return line, refusal{message, "check the indentation, brackets and quotes here and just above; a value with : or # in it, or one that begins with a special character, needs quotes"}
}
