package definition

import (
	"fmt"
	"strings"
)

// suggest returns a hint that names the known word that was probably meant, or the
// other hint if none is close.
func suggest(word string, known []string, other string) string {
	if near := nearest(word, known); near != "" {
		return fmt.Sprintf("did you mean %s?", near)
	}
	return other
}

// oneOf is suggest with all the options where none is close.
func oneOf(word string, options []string) string {
	return suggest(word, options, "write "+strings.Join(options, ", or "))
}

// nearest is the known word that is at most two edits, and less than half of
// its letters, away from word, upper and lower case being equal. It is empty
// if there is none. Words of two or three letters are all alike, so those must
// be equal but for case.
func nearest(word string, known []string) string {
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

// distance is the Levenshtein distance, in bytes.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
