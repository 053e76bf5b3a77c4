package build

import (
	"fmt"
	"os"
	"regexp"
	"strings"
)

// source is where the files are that the README links to.
const source = "https://github.com/promise-slo/promise-slo-datasource"

// relativeTarget is the target of a link or an image inside the repository.
var relativeTarget = regexp.MustCompile(`(!?)(\[[^\]]*\])\(([^)#:][^):]*)\)`)

// copyReadme copies the README with links that lead somewhere from Grafana's
// catalogue and its pages too.
func copyReadme(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, []byte(absolute(string(content))), 0o644)
}

// absolute writes links into the repository with their whole address. Images
// are asked for as they are, other files as pages.
func absolute(markdown string) string {
	return relativeTarget.ReplaceAllStringFunc(markdown, func(link string) string {
		part := relativeTarget.FindStringSubmatch(link)
		page := "blob"
		if part[1] == "!" {
			page = "raw"
		}
		return fmt.Sprintf("%s%s(%s/%s/main/%s)", part[1], part[2], source, page, strings.TrimPrefix(part[3], "./"))
	})
}

// relativeLinks are those that lead nowhere from the catalogue.
func relativeLinks(path string) []error {
	content, err := os.ReadFile(path)
	if err != nil {
		return []error{err}
	}
	var found []error
	for i, line := range strings.Split(string(content), "\n") {
		for _, link := range relativeTarget.FindAllString(line, -1) {
			found = append(found, fmt.Errorf("%s:%d: the link %s leads nowhere from the catalogue; write its whole address", path, i+1, link))
		}
	}
	return found
}
