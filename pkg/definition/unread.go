package definition

import (
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
)

// addUnread adds what a text that cannot be read may say about SLOs of other
// documents, which do not mean the same without it.
func addUnread(c *format.Contents, text string, at yamldoc.Place) {
	for _, f := range formats() {
		if f.Unread != nil {
			f.Unread(c, text, at)
		}
	}
}
