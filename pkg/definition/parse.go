package definition

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/openslo"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
)

// parse reads a file.
func parse(f File, limits Limits) *contents {
	if int64(len(f.Content)) > limits.FileBytes {
		return refuseLarge(f.Path, limits)
	}
	p := parser{formats: formats(), limits: limits, found: &format.Contents{MaxDocuments: limits.Documents}}
	p.readAll(yamldoc.Documents(f.Path, f.Content))
	return &contents{path: f.Path, found: p.found}
}

// parser gives the documents of a file to their formats.
type parser struct {
	formats []format.Format
	limits  Limits
	found   *format.Contents
	// others counts the documents that are not meant to be definitions.
	others int
	// configMapBytes counts the size of the files in ConfigMaps.
	configMapBytes int64
}

func (p *parser) readAll(roots iter.Seq[yamldoc.Value]) {
	for root := range roots {
		p.read(root)
		p.found.Collect(root.Report())
		if p.full() {
			break
		}
	}
}

// full reports whether there was more than is read, of which an error tells.
func (p *parser) full() bool {
	return p.found.Documents > p.limits.Documents || p.configMapBytes > p.limits.FileBytes
}

func (p *parser) read(root yamldoc.Value) {
	switch {
	case !root.Present() && !root.Report().Failed():
	case !p.found.Admit(root) || !root.Present():
	case !root.IsMapping():
		p.others++
		root.Fail("the document is "+root.Type()+", not a mapping", "write apiVersion: "+openslo.Version+", kind: SLO, metadata and spec; separate documents with lines of ---")
	default:
		p.dispatch(root, readHeader(root))
	}
}

// header describes what a document says that it is. Some files have a version
// alone, all other documents an apiVersion and a kind.
type header struct{ apiVersion, kind, version string }

// readHeader reports nothing: what is wrong with a document is for its format to
// say.
func readHeader(root yamldoc.Value) header {
	o := root.WithReport(&yamldoc.Report{}).Object()
	return header{apiVersion: o.Get("apiVersion").Text(), kind: o.Get("kind").Text(), version: o.Get("version").Text()}
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
		o.NeedText("apiVersion", "write "+openslo.Version)
		o.NeedText("kind", "write SLO, SLI or Service")
	default:
		p.readDocument(root, h)
	}
}

// readDocument reads a document that has an apiVersion and a kind. It reports
// those of a version that is not read as errors, and all that are no definitions
// as warnings.
func (p *parser) readDocument(root yamldoc.Value, h header) {
	for _, f := range p.formats {
		if f.File == nil && f.Version == h.apiVersion {
			f.Read(p.found, root, h.kind)
			return
		}
	}
	for _, f := range p.formats {
		if f.File == nil && strings.HasPrefix(strings.ToLower(h.apiVersion), f.Family) {
			root.Object().Get("apiVersion").Fail(fmt.Sprintf("%q is not read", h.apiVersion), "write "+f.Version)
			return
		}
	}
	p.readOther(root, fmt.Sprintf("%s of %s is not a definition that is read", h.kind, h.apiVersion))
}

// readFile reads a document that has neither apiVersion nor kind. It tells those
// that are meant to be definitions from those that are known to be something
// else.
func (p *parser) readFile(root yamldoc.Value, h header) {
	o := root.Object()
	for _, f := range p.formats {
		switch {
		case f.File == nil:
			continue
		case h.version == f.Version:
			f.Read(p.found, root, "")
		case strings.HasPrefix(h.version, f.Family):
			o.Get("version").Fail(fmt.Sprintf("%q is not read", h.version), "write "+f.Version)
		case o.Get(f.File.Field).Present():
			o.Need("version", "write version: "+f.Version+" if this is a file of "+f.File.Tool)
		default:
			continue
		}
		return
	}
	switch {
	case o.Get("groups").IsList():
		p.readOther(root, "the document contains rules of Prometheus, which are not definitions")
	case o.Get("metadata").Present() || o.Get("spec").Present():
		root.Fail("the document has neither apiVersion nor kind", "write apiVersion: "+openslo.Version+" and kind: SLO")
	default:
		p.readOther(root, "the document has neither apiVersion nor kind and is not read")
	}
}

// readOther reports a document that is not meant to be a definition.
func (p *parser) readOther(root yamldoc.Value, message string) {
	p.others++
	root.Warn(message, "keep other documents out of the folder of definitions")
}

// isList reports whether the items are the documents: in a List of Kubernetes, or
// in one of a single kind.
func (p *parser) isList(h header) bool {
	return h.kind == "List" || h.kind == configMapKind+"List" ||
		h.kind != "" && slices.ContainsFunc(p.formats, func(f format.Format) bool { return f.ListKind == h.kind })
}

// readList reads the items as if each were a document.
func (p *parser) readList(root yamldoc.Value) {
	p.found.Documents--
	for _, item := range root.Object().Need("items", "write the documents as its items").List() {
		item = item.WithReport(&yamldoc.Report{})
		p.read(item)
		p.found.Collect(item.Report())
		if p.full() {
			break
		}
	}
}
