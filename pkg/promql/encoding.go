package promql

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
)

// encodingVersion names the rules by which plans are encoded. Records of years
// are found by digests of encodings: whoever changes how a plan is encoded gives
// the rules a new version, and knows that what was recorded before is not read
// any more.
const encodingVersion = "v1"

// Encoding returns the canonical text of what the plan counts. It is equal for
// plans that count the same events in the same groups, however their queries
// order matchers, labels and summands, and different for others:
//
//	v1
//	by "handler"
//	bad 1 (counter (select ("__name__" = "requests_total") ("code" =~ "5..")))
//	total 1 (counter (select ("__name__" = "requests_total")))
//
// The first line is the version of the encoding. A "by" line lists the labels of
// the grouping, sorted. A "bad" or "total" line is a term: its coefficient and
// its source, sorted by source. A source is one of
//
//	(counter SELECT)                       a counter
//	(observations SELECT)                  all observations of a native histogram
//	(fraction LOW HIGH SELECT)             those between two bounds
//	(FUNCTION STEP EXPRESSION CALL…)       FUNCTION over samples, at STEP 0, or over
//	                                       evaluations every STEP milliseconds; then
//	                                       calls that make labels, of 0
//
// and an EXPRESSION is its syntax tree, as encodeTree writes it. The estimate's
// sentence, a text for people, is left out.
func (p *Plan) Encoding() string {
	lines := []string{encodingVersion, encodeWords("by", encodeStrings(sortedSet(p.GroupBy))...)}
	lines = append(lines, p.Bad.encode("bad")...)
	lines = append(lines, p.Total.encode("total")...)
	return strings.Join(lines, "\n") + "\n"
}

// Fingerprint returns a digest of the plan's encoding, in 16 hexadecimal digits.
// Recorded series carry it as the label RecordedPlan.
func (p *Plan) Fingerprint() string {
	sum := sha256.Sum256([]byte(p.Encoding()))
	return hex.EncodeToString(sum[:8])
}

// encode returns a line for each term, sorted by source.
func (s Sum) encode(side string) (lines []string) {
	terms := slices.Clone(s)
	slices.SortStableFunc(terms, func(a, b Term) int { return strings.Compare(a.Source.key(), b.Source.key()) })
	for _, t := range terms {
		lines = append(lines, encodeWords(side, encodeNumber(t.Coefficient), t.Source.key()))
	}
	return lines
}

func (c Counter) encode() string {
	selector := encodeSelector(c.selector)
	switch c.reading.of {
	case observations:
		return encodeList("observations", selector)
	case between:
		return encodeList("fraction", encodeNumber(c.reading.low), encodeNumber(c.reading.high), selector)
	default:
		return encodeList("counter", selector)
	}
}

func (i Increments) encode() string {
	words := []string{i.function, encodeDuration(i.step), encodeTree(i.operand)}
	for _, n := range i.relabels {
		words = append(words, encodeTree(withArgument(n, number(0))))
	}
	return encodeList(words...)
}

func encodeList(words ...string) string { return "(" + strings.Join(words, " ") + ")" }

func encodeWords(first string, others ...string) string {
	return strings.Join(append([]string{first}, others...), " ")
}

func encodeNumber(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// sortedSet returns the distinct values in order.
func sortedSet(values []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(values)))
}

func encodeStrings(values []string) []string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = strconv.Quote(v)
	}
	return quoted
}
