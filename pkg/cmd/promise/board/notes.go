package board

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"
)

// notes are the sentences below the table, each once.
type notes struct {
	sentences []string
	lines     []string
}

// marks adds the row's sentences, and is what refers to them beside its name.
func (n *notes) marks(r Row) string {
	var marks string
	sentences := r.Notices
	if r.Error != "" {
		sentences = append([]string{r.Error}, sentences...)
	}
	for _, s := range sentences {
		marks += fmt.Sprintf(" [%d]", n.number(s))
	}
	return marks
}

func (n *notes) number(sentence string) int {
	i := slices.Index(n.sentences, sentence)
	if i < 0 {
		i = len(n.sentences)
		n.sentences = append(n.sentences, sentence)
		n.add(fmt.Sprintf("[%d] ", i+1), sentence)
	}
	return i + 1
}

func (n *notes) add(mark, sentence string) { n.lines = append(n.lines, mark+sentence) }

// text is the notes, wrapped to the width.
func (n *notes) text(width int) string {
	var b strings.Builder
	for i, line := range n.lines {
		if i == 0 {
			b.WriteString("\n")
		}
		if width > 0 {
			line = trimRight(text.WrapSoft(line, width))
		}
		b.WriteString("\n" + line)
	}
	return b.String()
}
