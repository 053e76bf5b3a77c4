package promql

import (
	"fmt"
	"regexp/syntax"
	"strings"
)

// maxRegexps limits the size of all regular expressions of a query, with repeats
// and classes written out. x{1000} is seven characters, and compiles to
// a thousand instructions: 20 KB of them take four seconds and 870 MB.
const maxRegexps = 10_000

const (
	// classSize stands for a class of Unicode: \pL has 650 ranges.
	classSize = 1000
	// foldedSize stands for such a class where case is ignored: all of its letters
	// are looked up one by one.
	foldedSize = 5000
)

// regexpSize returns the size of a regular expression. What is larger than the
// limit is not read to the end, and its size is what was seen of it. What is no
// regular expression has the size of its text: it is refused by others.
func regexpSize(text string, limit int) int {
	if len(text) > limit {
		return len(text)
	}
	least := len(text) + unicodeClasses(text)
	if least > limit {
		return least
	}
	tree, err := syntax.Parse(text, syntax.Perl|syntax.DotNL)
	if err != nil {
		return least
	}
	return max(least, writtenOut(tree))
}

// unicodeClasses returns the size of the classes in a regular expression that
// are many ranges of characters, or one long range.
func unicodeClasses(text string) int {
	classes := strings.Count(text, `\p`) + strings.Count(text, `\P`) + strings.Count(text, `-\x`)
	for i := 1; i < len(text); i++ {
		if text[i-1] == '-' && text[i] >= 0x80 {
			classes++
		}
	}
	if ignoresCase(text) {
		return classes * foldedSize
	}
	return classes * classSize
}

// ignoresCase reports whether a part of a regular expression may ignore case, as
// (?i) and (?s-m:…) with an i among the flags say.
func ignoresCase(text string) bool {
	for {
		_, rest, found := strings.Cut(text, "(?")
		if !found {
			return false
		}
		flags := rest[:min(len(rest), len("imsU-imsU"))]
		if end := strings.IndexAny(flags, "):"); end >= 0 {
			flags = flags[:end]
		}
		if strings.Contains(flags, "i") {
			return true
		}
		text = rest
	}
}

// writtenOut returns the number of characters, classes and operators, those
// that are repeated as often as they are.
func writtenOut(re *syntax.Regexp) int {
	size := 1
	switch re.Op {
	case syntax.OpRepeat, syntax.OpConcat:
		size = 0
	case syntax.OpLiteral:
		size = len(re.Rune)
	case syntax.OpCharClass:
		size += len(re.Rune) / 2
	default:
	}
	for _, sub := range re.Sub {
		size += writtenOut(sub)
	}
	if re.Op == syntax.OpRepeat {
		size *= max(re.Min, re.Max, 1)
	}
	return size
}

// CheckRegexp returns an error for a regular expression that is too large to be
// compiled. Those that are not valid are not its concern.
func CheckRegexp(text string) error {
	if found := regexpSize(text, maxRegexps); found > maxRegexps {
		return fmt.Errorf("the regular expression %q has at least %d characters with repeats and classes written out, and may have %d; "+
			"write fewer repeats such as {1000} and classes such as \\pL", truncate(text, longestFragment), found, maxRegexps)
	}
	return nil
}
