package definition

import (
	"fmt"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
)

// The kind that Kubernetes keeps files in: its data are texts by the names of
// files.
const (
	configMapVersion = "v1"
	configMapKind    = "ConfigMap"
)

func (h header) isConfigMap() bool {
	return h.apiVersion == configMapVersion && h.kind == configMapKind
}

// readConfigMap reads the values that are files of definitions by their names. A
// ConfigMap of whose documents none is a definition is reported in their place.
func (p *parser) readConfigMap(root yamldoc.Value, h header) {
	if root.InText() {
		root.Fail("a ConfigMap within a value of a ConfigMap is not read", "write the definitions themselves as the value")
		return
	}
	before, others := *p.found, p.others
	p.found.Documents--
	for key, file := range root.Object().Get("data").Object().All() {
		if isYAML(key) && !p.full() {
			p.readText(file)
		}
	}
	switch documents := p.found.Documents - before.Documents + 1; {
	case !root.Report().Failed() && documents == p.others-others:
		*p.found, p.others = before, others
		p.readDocument(root, h)
	case documents == 0:
		p.found.Documents++
	}
}

// readText reads a text as a file. Aliases can repeat a text, so that all texts
// of a file are within the limit of a file.
func (p *parser) readText(v yamldoc.Value) {
	switch {
	case !v.Present():
		return
	case !v.IsText():
		v.FailType("text", "write | after the name of the file, and the file below it, indented")
		return
	}
	p.configMapBytes += int64(len(v.Written()))
	if p.configMapBytes > p.limits.FileBytes {
		v.Fail(fmt.Sprintf("the files in ConfigMaps have more than %d bytes, with all aliases written out; the rest is not read", p.limits.FileBytes), "use fewer aliases, or several files")
		return
	}
	p.readAll(v.Documents())
}
