package plugin

import (
	"regexp/syntax"

	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/util/strutil"
)

// expressionLength is about how long a regular expression is with its
// repetitions written out, which is what it costs to compile: a{1000} is 1,000
// long. It stops counting somewhere above most, and is 0 if the text is none.
func expressionLength(text string, most int) int {
	parsed, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return 0
	}
	return writtenOut(parsed, most)
}

func writtenOut(e *syntax.Regexp, most int) int {
	length := 1 + len(e.Rune)
	for _, sub := range e.Sub {
		if length > most {
			return length
		}
		length += writtenOut(sub, most)
	}
	if e.Op == syntax.OpRepeat {
		length *= max(1, e.Min, e.Max)
	}
	return length
}

// texts are the strings in label matchers, for a look at them before they are
// compiled.
func texts(matchers string) (all []string) {
	lexer := parser.Lex(matchers)
	for {
		var item parser.Item
		lexer.NextItem(&item)
		switch item.Typ {
		case parser.EOF, parser.ERROR:
			return all
		case parser.STRING:
			if text, err := strutil.Unquote(item.Val); err == nil {
				all = append(all, text)
			}
		}
	}
}
