package definition

import (
	"regexp"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
)

// windowsMark matches the line that makes a document one of the kind AlertWindows,
// also with a slip.
var windowsMark = regexp.MustCompile(`(?mi)^[-\s]*["']?kind["']?\s*:\s*["']?alert-?windows?\b`)

// addUnreadWindows adds AlertWindows that nobody can read, if a text contains any:
// they may be what decides the window of SLOs.
func addUnreadWindows(c *format.Contents, text string, at yamldoc.Place) {
	if windowsMark.MatchString(text) {
		c.Entries = append(c.Entries, format.Entry{Kind: format.AlertWindowsKind, At: at, Value: format.AlertWindows{}, Failed: true})
	}
}
