package report

import (
	_ "embed"
	"html/template"
	"strings"
)

//go:embed page.html
var pageHTML string

var pageTemplate = template.Must(template.New("page").Parse(pageHTML))

// HTML returns the report as one page that needs nothing else: no script, and no
// address of another site.
func (r Report) HTML() (string, error) {
	var b strings.Builder
	err := pageTemplate.Execute(&b, r.page())
	return b.String(), err
}
