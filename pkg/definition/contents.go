package definition

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// contents describes what a file contains, before references are resolved. It
// depends on the file alone and never changes once the file is parsed.
type contents struct {
	path  string
	found *format.Contents
}

// refuse returns the contents of a file that is not read, for a reason.
func refuse(path, message, hint string) *contents {
	p := Problem{Position: slo.Position{File: path}, Message: message, Hint: hint}
	return &contents{path: path, found: &format.Contents{Problems: []Problem{p}}}
}

func refuseLarge(path string, limits Limits) *contents {
	return refuse(path, fmt.Sprintf("is larger than %d bytes and was not read", limits.FileBytes), "split it, or keep it out of the folder of definitions")
}

func refuseIrregular(path string, what irregular) *contents {
	return refuse(path, what.Error(), "put a file of definitions in its place, or remove it")
}

func refuseUnreadable(path string, err error) *contents {
	reason := err.Error()
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		// The position names the path already.
		reason = pathError.Err.Error()
	}
	return refuse(path, "cannot be read: "+reason, "make sure that it exists and that Grafana may read it")
}
