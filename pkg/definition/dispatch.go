package definition

import (
	"fmt"
	"slices"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/openslo"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
)

// header describes what a document says that it is. Some files have a version
// alone, all other documents an apiVersion and a kind.
type header struct{ apiVersion, kind, version string }

// readHeader reports nothing: what is wrong with a document is for its format to
// say.
func readHeader(root yamldoc.Value) header {
	o := root.WithReport(&yamldoc.Report{}).Object()
	return header{apiVersion: o.Get("apiVersion").Text(), kind: o.Get("kind").Text(), version: o.Get("version").Text()}
}

// The kind that Kubernetes keeps files in: its data are texts by the names of
// files.
const (
	configMapVersion = "v1"
	configMapKind    = "ConfigMap"
)

func (h header) isConfigMap() bool {
	return h.apiVersion == configMapVersion && h.kind == configMapKind
}

// isList reports whether the items are the documents: in a List of Kubernetes, or
// in one of a single kind.
func (p *parser) isList(h header) bool {
	return h.kind == "List" || h.kind == configMapKind+"List" ||
		h.kind != "" && slices.ContainsFunc(p.formats, func(f format.Format) bool { return f.ListKind == h.kind })
}

// readDocument reads a document that has an apiVersion and a kind. It reports
// those of a version that is not read as errors, and all that are no definitions
// as warnings.
func (p *parser) readDocument(root yamldoc.Value, h header) {
	for _, f := range p.formats {
		if f.File != nil || h.apiVersion != f.Version && h.apiVersion != f.Alias {
			continue
		}
		f.Read(p.found, root, h.kind)
		return
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
			failVersion(o.Need("version", "write version: "+f.Version+" if this is a file of "+f.File.Tool), f.Version)
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

// failVersion reports a version that is there and is none of those of a format.
func failVersion(v yamldoc.Value, want string) {
	switch hint := "write " + want; {
	case !v.Present():
	case v.Written() == "" && !v.IsText():
		v.FailType("text", hint)
	default:
		v.Fail(fmt.Sprintf("%q is not read", v.Written()), hint)
	}
}

// readOther reports a document that is not meant to be a definition.
func (p *parser) readOther(root yamldoc.Value, message string) {
	p.others++
	root.KeepAll()
	root.Warn(message, "keep other documents out of the folder of definitions")
}
