package definition

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// contents is what a file holds, before references are resolved. It depends
// on the file alone and is never changed once it is parsed.
type contents struct {
	path      string
	documents int
	drafts    []draft
	slis      []sli
	services  []service
	sources   []dataSource
	problems  []Problem
}

// draft is an SLO as its document gives it. Its objectives lack the indicators
// that bindings are to give them.
type draft struct {
	slo      slo.SLO
	name     place
	service  place
	bindings []binding
	failed   bool
}

// service is a service's document.
type service struct {
	Service
	at     place
	failed bool
}

// parse reads a file.
func parse(f File, limits Limits) *contents {
	c := &contents{path: f.Path}
	if int64(len(f.Content)) > limits.FileBytes {
		return largeFile(f.Path, limits)
	}
	for root := range documents(f) {
		c.read(root, limits)
		c.problems = append(c.problems, root.problems...)
		if c.documents > limits.Documents {
			break
		}
	}
	return c
}

func refused(path, message, mend string) *contents {
	return &contents{path: path, problems: []Problem{{Position: slo.Position{File: path}, Message: message, Mend: mend}}}
}

func largeFile(path string, limits Limits) *contents {
	return refused(path, fmt.Sprintf("is larger than %d bytes and was not read", limits.FileBytes), "split it, or keep it out of the folder of definitions")
}

// read hands a document to the reader of its format. A new format is a file of
// its own and a case here.
func (c *contents) read(root value, limits Limits) {
	if !root.present() && !root.failed {
		return
	}
	if c.documents++; c.documents > limits.Documents {
		if c.documents == limits.Documents+1 {
			root.fail(fmt.Sprintf("there are more than %d documents; the rest is not read", limits.Documents), "split the definitions into several folders")
		}
		return
	}
	if !root.present() {
		return
	}
	version, kind := root.format()
	switch {
	case root.node.Kind != yaml.MappingNode:
		root.fail("the document is "+typeName(root.node)+", not a mapping", "write apiVersion: "+openSLO+", kind: SLO, metadata and spec; separate documents with lines of ---")
	case kind == "List":
		c.readList(root, limits)
	case version == "" || kind == "":
		readNothing(root, version, kind)
	case version == openSLO:
		c.readOpenSLO(root, kind)
	case strings.HasPrefix(strings.ToLower(version), "openslo"):
		root.object().get("apiVersion").fail(quoted(version)+" is not read", "write "+openSLO)
	default:
		root.warn(fmt.Sprintf("%s of %s is not a definition that is read", kind, version), "keep other documents out of the folder of definitions")
	}
}

func readNothing(root value, version, kind string) {
	if version == "" && kind == "" {
		root.fail("the document has neither apiVersion nor kind", "write apiVersion: "+openSLO+" and kind: SLO")
		return
	}
	o := root.object()
	o.needText("apiVersion", "write "+openSLO)
	o.needText("kind", "write SLO, SLI or Service")
}

// readList reads the items as if each were a document.
func (c *contents) readList(root value, limits Limits) {
	c.documents--
	for _, item := range root.object().need("items", "write the documents as its items").list() {
		item.document = item.document.apart()
		c.read(item, limits)
		c.problems = append(c.problems, item.problems...)
	}
}

// format is apiVersion and kind, read without a report: what is wrong with a
// document is for the reader of its format to say.
func (v value) format() (version, kind string) {
	v.document = v.document.apart()
	if v.node.Kind != yaml.MappingNode {
		return "", ""
	}
	o := v.object()
	return o.get("apiVersion").text(), o.get("kind").text()
}
