package yamldoc

import (
	"fmt"
	"strings"
)

// Suggest returns a hint with the known word that was probably meant, or the
// other hint if none is close.
func Suggest(word string, known []string, other string) string {
	if near := Nearest(word, known); near != "" {
		return fmt.Sprintf("did you mean %s?", near)
	}
	return other
}

// SuggestOneOf returns a hint with the option that was probably meant, or with
// all of them if none is close.
func SuggestOneOf(word string, options []string) string {
	return Suggest(word, options, "write "+strings.Join(options, ", or "))
}

// Nearest returns the known word that was probably meant by a word; empty if
// none is close. A word is close if at most two edits, and edits of less than
// half of its letters, lead to it, upper and lower case being equal. Words of two
// or three letters are all alike, so those must be equal but for case.
func Nearest(word string, known []string) string {
	const most = 2
	best, least := "", most+1
	for _, k := range known {
		if len(word) > len(k)+most {
			continue
		}
		d := distance(strings.ToLower(word), strings.ToLower(k))
		if d < least && (d == 0 || len(k) > 3 && 2*d < len(k)) {
			best, least = k, d
		}
	}
	return best
}

// distance returns the Levenshtein distance, in bytes.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			substitution := diagonal
			if a[i] != b[j] {
				substitution++
			}
			diagonal = row[j+1]
			row[j+1] = min(substitution, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
