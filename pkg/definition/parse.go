package definition

import (
	"fmt"
	"iter"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/openslo"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
)

// parseOptions configures how files are read.
type parseOptions struct {
	Limits
	// leftOut keeps track of what is read of the documents.
	leftOut bool
}

// parse reads a file.
func parse(f File, o parseOptions) *contents {
	if int64(len(f.Content)) > o.FileBytes {
		return refuseLarge(f.Path, o.Limits)
	}
	p := parser{formats: formats(), parseOptions: o, found: &format.Contents{MaxDocuments: o.Documents}}
	documents := yamldoc.Documents
	if o.leftOut {
		documents = yamldoc.TrackedDocuments
	}
	p.readAll(documents(f.Path, f.Content))
	if problem, ok := findTemplate(f.Path, f.Content, p.found.Problems); ok {
		found := &format.Contents{Problems: []Problem{problem}}
		addUnread(found, string(f.Content), yamldoc.Place{Position: problem.Position})
		return &contents{path: f.Path, found: found}
	}
	return &contents{path: f.Path, found: p.found}
}

// parser gives the documents of a file to their formats.
type parser struct {
	parseOptions
	formats []format.Format
	found   *format.Contents
	// others counts the documents that are not meant to be definitions.
	others int
	// configMapBytes counts the size of the files in ConfigMaps.
	configMapBytes int64
}

func (p *parser) readAll(roots iter.Seq[yamldoc.Value]) {
	for root := range roots {
		p.readRoot(root)
		p.found.Collect(root.Report())
		if p.full() {
			break
		}
	}
}

// full reports whether there was more than is read, which is reported as an error.
func (p *parser) full() bool {
	return p.found.Documents > p.Documents || p.configMapBytes > p.FileBytes
}

// readRoot reads a document, or keeps in mind what it may be about if it cannot be
// read.
func (p *parser) readRoot(root yamldoc.Value) {
	before := len(p.found.Entries)
	p.read(root)
	if root.Report().Failed() && len(p.found.Entries) == before {
		addUnread(p.found, root.DocumentText(), root.Report().First())
	}
	if root.Report().Failed() {
		root.KeepAll()
	}
	if p.leftOut {
		p.found.Roots = append(p.found.Roots, root)
	}
}

func (p *parser) read(root yamldoc.Value) {
	switch {
	case !root.Present() && !root.Report().Failed():
	case !p.found.Admit(root) || !root.Present():
	case !root.IsMapping():
		p.others++
		root.Fail("the document is "+root.Type()+", not a mapping", hintForType(root))
	default:
		p.dispatch(root, readHeader(root))
	}
}

// hintForType returns what to write in place of a document that is no mapping.
func hintForType(root yamldoc.Value) string {
	if root.IsList() {
		return "write each of its items as a document of its own, without the dash, separated by lines of ---"
	}
	return "write apiVersion: " + openslo.Version + ", kind: SLO, metadata and spec; separate documents with lines of ---"
}

func (p *parser) dispatch(root yamldoc.Value, h header) {
	switch {
	case p.isList(h):
		p.readList(root)
	case h.isConfigMap():
		p.readConfigMap(root, h)
	case h.apiVersion == "" && h.kind == "":
		p.readFile(root, h)
	case h.apiVersion == "" || h.kind == "":
		o := root.Object()
		o.NeedText("apiVersion", "for OpenSLO write "+openslo.Version+"; keep other documents out of the folder")
		o.NeedText("kind", "write SLO, SLI or Service")
	default:
		p.readDocument(root, h)
	}
}

// readList reads the items as if each were a document.
func (p *parser) readList(root yamldoc.Value) {
	p.found.Documents--
	for _, item := range root.Object().Need("items", "write the documents as its items").List() {
		item = item.WithReport(&yamldoc.Report{})
		p.read(item)
		p.found.Collect(item.Report())
		if item.Report().Failed() {
			item.KeepAll()
		}
		if p.full() {
			break
		}
	}
}

// readConfigMap reads the values that are files of definitions by their names. A
// ConfigMap with no definitions is reported as a whole.
func (p *parser) readConfigMap(root yamldoc.Value, h header) {
	if root.InText() {
		root.Fail("a ConfigMap within a value of a ConfigMap is not read", "write the definitions themselves as the value")
		return
	}
	before, others := *p.found, p.others
	p.found.Documents--
	for key, file := range root.Object().Get("data").Object().All() {
		switch {
		case !isYAML(key):
			file.LeaveOut()
		case !p.full():
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
	if p.configMapBytes > p.FileBytes {
		v.Fail(fmt.Sprintf("the files in ConfigMaps have more than %d bytes, with all aliases written out; the rest is not read", p.FileBytes), "use fewer aliases, or several files")
		return
	}
	p.readAll(v.Documents())
}
