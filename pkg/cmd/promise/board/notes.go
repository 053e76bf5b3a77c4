package board

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"
)

// notes collects the sentences below the table, each once.
type notes struct {
	sentences []string
	lines     []string
}

// mark adds the sentences of a row, and returns the marks that refer to them.
func (n *notes) mark(r Row) string {
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

// number returns the number of a sentence, which it adds if it is new.
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

// text returns the notes, wrapped to a width unless that is 0.
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
