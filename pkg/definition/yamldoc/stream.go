package yamldoc

import (
	"bytes"
	"iter"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// stream describes where a text of documents is found: it is a file, or a value
// within one, whose lines and columns count on from those given.
type stream struct {
	file string
	// field contains the path of the value; empty for a file.
	field        string
	line, column int
	// folded tells that the lines of the text are not lines of the file. All of
	// it is placed where the value begins.
	folded bool
	// extent counts what the file has so far.
	extent *extent
}

// position returns that of a line and column of the text.
func (s stream) position(line, column int) slo.Position {
	switch {
	case s.folded:
		return slo.Position{File: s.file, Line: s.line, Column: s.column}
	case column > 0:
		column += s.column
	}
	return slo.Position{File: s.file, Line: s.line + line, Column: column}
}

// chunk describes the text of a document within a stream.
type chunk struct {
	stream stream
	text   []byte
	// above counts the lines of the stream before the text.
	above int
	lines [][]byte
}

var byteOrderMark = []byte("\ufeff")

// split cuts a text at its document markers, which YAML allows nowhere else at
// the start of a line. Directives stay with the document they precede. Documents
// without anything are left out.
func (s stream) split(text []byte) iter.Seq[*chunk] {
	return func(yield func(*chunk) bool) {
		rest := bytes.TrimPrefix(text, byteOrderMark)
		for line := 0; len(rest) > 0; {
			end, lines, empty := firstDocument(rest)
			if !empty && !yield(&chunk{stream: s, text: rest[:end], above: line}) {
				return
			}
			rest, line = rest[end:], line+lines
		}
	}
}

// firstDocument returns where the first document ends, its number of lines, and
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

// isBlank reports whether there is nothing on a line but perhaps a comment.
func isBlank(line []byte) bool {
	text := bytes.TrimSpace(line)
	return len(text) == 0 || text[0] == '#'
}

// position returns where a node begins in the file.
func (c *chunk) position(n *yaml.Node) slo.Position {
	return c.stream.position(c.above+n.Line, n.Column)
}

// line returns the line of the stream with that number, without its end; ok is
// false outside the text.
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

// lastLine returns the number of the line of the stream that has the last of the
// text.
func (c *chunk) lastLine() int {
	return c.above + 1 + bytes.Count(bytes.TrimRight(c.text, " \t\r\n"), []byte{'\n'})
}

// maxBlank bounds the blank lines that are passed in search of a text: an alias
// can make the same ones be passed again and again.
const maxBlank = 100

// textBelow returns where the first line that is not blank below a line begins.
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
