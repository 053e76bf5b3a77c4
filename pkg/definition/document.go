package definition

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// document is a YAML document of a file, or an item of a List.
type document struct {
	*report
	chunk *chunk
}

// apart is the same document with a report of its own.
func (d *document) apart() *document {
	return &document{report: &report{}, chunk: d.chunk}
}

// chunk is the text of a document within a stream. Documents are cut apart
// before they are parsed, so that a broken one does not take down the others.
type chunk struct {
	text []byte
	// above is the number of lines of the stream before the text.
	above  int
	origin origin
	lines  [][]byte
}

var byteOrderMark = []byte("\ufeff")

// split cuts a stream at its document markers, which YAML allows nowhere else
// at the start of a line. Directives stay with the document they precede.
// Documents without anything are left out.
func split(content []byte) iter.Seq[*chunk] {
	return func(yield func(*chunk) bool) {
		rest := bytes.TrimPrefix(content, byteOrderMark)
		for line := 0; len(rest) > 0; {
			end, lines, empty := firstDocument(rest)
			if !empty && !yield(&chunk{text: rest[:end], above: line}) {
				return
			}
			rest, line = rest[end:], line+lines
		}
	}
}

// firstDocument is where the first document ends, its number of lines, and
// whether there is nothing in it.
func firstDocument(content []byte) (end, lines int, empty bool) {
	marked, empty := false, true
	for end < len(content) {
		next := lineEnd(content, end)
		line := content[end:next]
		marker := isMarker(line, "---")
		if marker && (marked || !empty) {
			return end, lines, empty
		}
		end, lines = next, lines+1
		switch directive := line[0] == '%' && !marked; {
		case isMarker(line, "..."):
			return end, lines, empty
		case marker:
			marked = true
			empty = isBlank(line[len("---"):])
		default:
			empty = empty && (directive || isBlank(line))
		}
	}
	return end, lines, empty
}

func lineEnd(content []byte, at int) int {
	if i := bytes.IndexByte(content[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(content)
}

func isMarker(line []byte, marker string) bool {
	rest, ok := bytes.CutPrefix(line, []byte(marker))
	return ok && (len(rest) == 0 || bytes.IndexByte([]byte(" \t\r\n"), rest[0]) >= 0)
}

// isBlank says whether there is nothing on a line but perhaps a comment.
func isBlank(line []byte) bool {
	text := bytes.TrimSpace(line)
	return len(text) == 0 || text[0] == '#'
}

// line is the line of the stream with that number, without its end; ok is false
// outside the text.
func (c *chunk) line(number int) (text string, ok bool) {
	if c.lines == nil {
		c.lines = bytes.Split(c.text, []byte{'\n'})
	}
	i := number - c.above - 1
	if i < 0 || i >= len(c.lines) {
		return "", false
	}
	return string(bytes.TrimRight(c.lines[i], "\r")), true
}

// lastLine is the line of the stream that has the last of the text.
func (c *chunk) lastLine() int {
	return c.above + 1 + bytes.Count(bytes.TrimRight(c.text, " \t\r\n"), []byte{'\n'})
}

// textBelow is where the first line that is not blank below a line begins.
func (c *chunk) textBelow(number int) (line, column int) {
	for below := number + 1; below <= number+maxBlank; below++ {
		text, ok := c.line(below)
		if !ok {
			return number, 0
		}
		if trimmed := strings.TrimLeft(text, " \t"); trimmed != "" {
			return below, len(text) - len(trimmed) + 1
		}
	}
	return number, 0
}

// maxBlank is how many blank lines are passed in search of a text: an alias can
// make the same ones be passed again and again.
const maxBlank = 100

// position is where a node begins in the file.
func (d *document) position(n *yaml.Node) slo.Position {
	return d.chunk.origin.position(d.chunk.above+n.Line, n.Column)
}

// documents yields the documents of a file.
func documents(f File) iter.Seq[value] {
	return func(yield func(value) bool) {
		if !utf8.Valid(f.Content) {
			d := &document{report: &report{}}
			d.fail(place{position: slo.Position{File: f.Path}}, "is not UTF-8 text", "save the file in the encoding UTF-8")
			yield(value{document: d})
			return
		}
		origin{file: f.Path, written: &writtenOut{}}.documents(f.Content)(yield)
	}
}

func (c *chunk) parse() []value {
	d := func() *document { return &document{report: &report{}, chunk: c} }
	refuse := func(line int, message, hint string) value {
		refused := d()
		at := place{c.origin.position(line, 0), c.origin.field}
		refused.fail(at, message, hint)
		return value{document: refused, at: at}
	}
	if e := sizeUp(c.text); e != none {
		return []value{refuse(c.above+1, e.message, e.hint)}
	}
	loader, err := yaml.NewLoader(bytes.NewReader(c.text), yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthValue(maxDepth))))
	if err != nil {
		return []value{refuse(c.above+1, "cannot be read as YAML: "+err.Error(), "fix the syntax of the document")}
	}
	var roots []value
	for {
		var node yaml.Node
		if err := loader.Load(&node); errors.Is(err, io.EOF) {
			return roots
		} else if err != nil {
			return append(roots, refuse(c.syntax(err)))
		}
		if e := c.origin.written.measure(&node); e != none {
			return append(roots, refuse(c.above+node.Line, e.message, e.hint))
		}
		roots = append(roots, d().value(node.Content[0], c.origin.field))
	}
}

// syntax turns an error of the YAML library into a problem.
func (c *chunk) syntax(err error) (line int, message, hint string) {
	var load *yaml.LoadError
	if !errors.As(err, &load) || load.Mark.Line == 0 {
		return c.above + 1, "is not valid YAML: " + err.Error(), "fix the syntax of the document"
	}
	text, _ := c.line(c.above + load.Mark.Line)
	line = min(c.above+load.Mark.Line, c.lastLine())
	switch indent := text[:len(text)-len(strings.TrimLeft(text, " \t"))]; {
	case strings.Contains(indent, "\t"):
		return line, "is not valid YAML: a tab is used to indent", "indent with spaces"
	case strings.Contains(load.Message, "unknown anchor"):
		return line, "is not valid YAML: " + load.Message, "define the anchor above, in the same document, or write the value out"
	case strings.Contains(load.Message, "max depth"):
		return line, tooDeep.message, tooDeep.hint
	}
	message = "is not valid YAML: " + load.Message
	if load.ContextMsg != "" {
		message += " (" + load.ContextMsg + ")"
	}
	return line, message, "check the indentation, brackets and quotes here and just above; a value with : or # in it, or one that begins with a special character, needs quotes"
}
