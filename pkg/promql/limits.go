package promql

import (
	"fmt"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/parser/posrange"
	"github.com/prometheus/prometheus/util/strutil"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// The limits of a query. They bound what it costs to read one: without them a
// few kilobytes keep Prometheus' parser busy for minutes. The longest query of
// published SLOs has 131 bytes and 37 tokens, and is nested 5 deep.
const (
	// maxLength limits the bytes of a query, so that a regular expression that
	// lists hundreds of routes still fits. Longer queries are not parsed.
	maxLength = 64 << 10
	// maxTokens limits the number of names, numbers, texts, operators and brackets.
	// The parser takes time that grows with the square of a chain of operators: 20 ms
	// for one of this length.
	maxTokens = 2000
	// maxDepth limits how many brackets are open at a time, and how many signs
	// stand in a row. All that walks the tree goes as deep.
	maxDepth = 100
	// maxList limits the number of names or arguments between two brackets.
	// The parser compares those of on (…) with those of group_left (…) one by
	// one. Series have fewer labels: Mimir allows 30.
	maxList = 32
	// maxTerms limits the number of different series that are added up.
	// Each costs requests of its own to the server.
	maxTerms = 100
	// maxRecorded limits the number of different counters of one recording rule.
	// It names each of them beside each other one, and printing it takes time
	// that grows with the cube: 25 ms for 30.
	maxRecorded = 30
)

// A size tells how large a query is, and where it passes a limit.
type size struct {
	bytes, tokens, depth, list, regexps int
	// Positions of what is too large first.
	tokensAt, depthAt, listAt, regexpsAt posrange.PositionRange
}

// measure returns the size of a query's text, without parsing it. It reads
// brackets, names and operators as the parser does: those in strings and
// comments are none.
func measure(text string) size {
	s := sizing{size: size{bytes: len(text)}}
	if len(text) > maxLength {
		return s.size
	}
	lexer := parser.Lex(text)
	for {
		var item parser.Item
		lexer.NextItem(&item)
		switch item.Typ {
		case parser.EOF, parser.ERROR:
			return s.size
		case parser.COMMENT:
		default:
			s.take(item)
		}
	}
}

// A sizing adds up the size of a query, token by token.
type sizing struct {
	size
	// Brackets that are open.
	open []bracket
	// Number of signs that stand in a row.
	signs int
	last  parser.ItemType
}

// A bracket counts the commas since it was opened.
type bracket struct {
	kind   parser.ItemType
	commas int
}

func (s *sizing) take(item parser.Item) {
	at := item.PositionRange()
	raise(&s.tokens, s.tokens+1, maxTokens, &s.tokensAt, at)
	switch item.Typ {
	case parser.LEFT_PAREN, parser.LEFT_BRACKET, parser.LEFT_BRACE:
		s.open = append(s.open, bracket{kind: item.Typ})
	case parser.RIGHT_PAREN, parser.RIGHT_BRACKET, parser.RIGHT_BRACE:
		s.open = s.open[:max(0, len(s.open)-1)]
	case parser.COMMA:
		s.comma(at)
	case parser.STRING:
		if s.last == parser.EQL_REGEX || s.last == parser.NEQ_REGEX {
			raise(&s.regexps, s.regexps+regexpSize(unquote(item.Val), maxRegexps-s.regexps), maxRegexps, &s.regexpsAt, at)
		}
	}
	if item.Typ == parser.ADD || item.Typ == parser.SUB {
		s.signs++
	} else {
		s.signs = 0
	}
	raise(&s.depth, len(s.open)+s.signs, maxDepth, &s.depthAt, at)
	s.last = item.Typ
}

// comma counts one of a list of names or arguments. Nothing limits matchers but
// the number of tokens.
func (s *sizing) comma(at posrange.PositionRange) {
	if len(s.open) == 0 || s.open[len(s.open)-1].kind == parser.LEFT_BRACE {
		return
	}
	inner := &s.open[len(s.open)-1]
	inner.commas++
	raise(&s.list, inner.commas+1, maxList, &s.listAt, at)
}

// raise makes a size at least to, and keeps where it passed its limit.
func raise(found *int, to, limit int, at *posrange.PositionRange, here posrange.PositionRange) {
	if *found <= limit && to > limit {
		*at = here
	}
	*found = max(*found, to)
}

func unquote(text string) string {
	if plain, err := strutil.Unquote(text); err == nil {
		return plain
	}
	return text
}

// check refuses a query that is over one of the limits.
func (s size) check(q slo.Query) error {
	refuse := func(at posrange.PositionRange, reason, hint string, found, limit int) error {
		return &Error{Query: q, Start: int(at.Start), End: int(at.End), Reason: fmt.Sprintf(reason, found, limit), Hint: hint}
	}
	switch {
	case s.bytes > maxLength:
		return refuse(posrange.PositionRange{End: posrange.Pos(s.bytes)}, "the query has %d bytes, and may have %d",
			"record parts of it as series of their own, and write their names", s.bytes, maxLength)
	case s.tokens > maxTokens:
		return refuse(s.tokensAt, "the query has %d names, numbers, operators and brackets up to the end, and may have %d",
			"record parts of it as series of their own, and write their names", s.tokens, maxTokens)
	case s.depth > maxDepth:
		return refuse(s.depthAt, "the query is nested %d deep, and may be nested %d deep",
			"leave out brackets and signs that change nothing", s.depth, maxDepth)
	case s.list > maxList:
		return refuse(s.listAt, "the list has %d items, and may have %d", "name only the labels that are needed", s.list, maxList)
	case s.regexps > maxRegexps:
		return refuse(s.regexpsAt, "the query's regular expressions have at least %d characters with repeats and classes written out, and may have %d",
			"write fewer repeats such as {1000} and classes such as \\pL, or match a label with fewer values", s.regexps, maxRegexps)
	}
	return nil
}

// checkTerms refuses a sum of too many different series.
func (c compiler) checkTerms(at parser.Node, s Sum) error {
	if len(s) <= maxTerms {
		return nil
	}
	return c.refuse(at, fmt.Sprintf("this adds up %d different series, and may add up %d", len(s), maxTerms),
		"select them by a label that they share, or record their sum")
}

// Cost returns about how many microseconds it takes at most to compile an
// indicator. It is for those who compile what strangers wrote.
func Cost(ind slo.Indicator) (cost int) {
	for _, q := range queriesOf(ind) {
		cost += 20 + len(q.Expr)/32
		if len(q.Expr) > maxLength {
			continue
		}
		text, _, err := substitute(q)
		if s := measure(text); err == nil && s.check(q) == nil {
			cost += s.tokens + s.tokens*s.tokens/300 + s.regexps
		}
	}
	return cost
}

// queriesOf returns the queries of an indicator.
func queriesOf(ind slo.Indicator) []slo.Query {
	var all []slo.Query
	add := func(queries ...*slo.Query) {
		for _, q := range queries {
			if q != nil {
				all = append(all, *q)
			}
		}
	}
	switch ind := ind.(type) {
	case cachedIndicator:
		return queriesOf(ind.Indicator)
	case slo.Ratio:
		add(ind.Good, ind.Bad, &ind.Total)
	case slo.RawRatio:
		add(&ind.Query)
	case slo.Threshold:
		add(&ind.Query)
	case slo.Histogram:
		add(&ind.Total, ind.Good)
	case slo.BoolGauge:
		add(&ind.Query)
	}
	return all
}

// truncate returns the beginning of a long text.
func truncate(text string, length int) string {
	if len(text) <= length {
		return text
	}
	return strings.ToValidUTF8(text[:length], "") + "…"
}
