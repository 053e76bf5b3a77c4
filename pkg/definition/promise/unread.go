package promise

import (
	"regexp"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
)

var (
	// kindMark matches the field that makes a document a promise.
	kindMark = regexp.MustCompile(`(?m)(?:^|[-{,])\s*["']?kind["']?\s*:\s*["']?Promise\b`)
	// decisiveMark matches the lines of what decides numbers, and subjectMark those
	// with the name of an SLO.
	decisiveMark = regexp.MustCompile(`(?m)\b(alerting|history)["']?\s*:`)
	subjectMark  = regexp.MustCompile(`(?m)(?:^|[{,])\s*["']?slo["']?\s*:\s*["']?([^"'\s#,}]+)`)
)

// maxUnread bounds the SLOs that a text names.
const maxUnread = 1000

// addUnreadPromises adds promises that cannot be read, if a text contains any that
// may decide numbers.
func addUnreadPromises(c *format.Contents, text string, at yamldoc.Place) {
	if !kindMark.MatchString(text) || !decisiveMark.MatchString(text) {
		return
	}
	for _, found := range subjectMark.FindAllStringSubmatch(text, maxUnread) {
		d := draft{subject: subject{slo: found[1]}, at: at, sloAt: at, undecided: true, unread: true}
		c.Entries = append(c.Entries, format.Entry{Kind: kind, At: at, Value: d, Failed: true})
	}
}
