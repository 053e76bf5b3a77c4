package definition

import (
	"iter"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// origin is where a stream of documents is found: it is a file, or a value
// within one, whose lines and columns count on from those given.
type origin struct {
	file string
	// field is the path of the value; empty for a file.
	field        string
	line, column int
	// folded means that the lines of the text are not lines of the file. All
	// of it is said to be where the value begins.
	folded bool
	// written is how much the file has so far.
	written *writtenOut
}

// documents yields the documents of a text. Those that cannot be parsed are
// yielded without a root and with the problem.
func (o origin) documents(text []byte) iter.Seq[value] {
	return func(yield func(value) bool) {
		for c := range split(text) {
			c.origin = o
			for _, root := range c.parse() {
				if !yield(root) {
					return
				}
			}
			if o.written.over() {
				return
			}
		}
	}
}

// position is that of a line and column of the text.
func (o origin) position(line, column int) slo.Position {
	switch {
	case o.folded:
		return slo.Position{File: o.file, Line: o.line, Column: o.column}
	case column > 0:
		column += o.column
	}
	return slo.Position{File: o.file, Line: o.line + line, Column: column}
}

// origin is that of a text of a file. A literal's lines are lines of the file,
// without what all are indented by.
func (v value) origin() origin {
	from := origin{file: v.at.position.File, field: v.at.field, line: v.at.position.Line, written: v.chunk.origin.written}
	first, blank := firstText(v.node.Value)
	written, _ := v.chunk.line(from.line + 1 + blank)
	indent, found := strings.CutSuffix(written, first)
	if v.node.Style&yaml.LiteralStyle == 0 || !found || strings.Trim(indent, " ") != "" {
		from.column, from.folded = v.at.position.Column, true
		return from
	}
	from.column = len(indent)
	return from
}

// firstText is the first line that is not blank, and how many are above it.
func firstText(text string) (line string, blank int) {
	for line = range strings.Lines(text) {
		if line = strings.TrimRight(line, "\n"); strings.Trim(line, " ") != "" {
			return line, blank
		}
		blank++
	}
	return "", 0
}
