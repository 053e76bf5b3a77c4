package definition

import (
	"fmt"
	"iter"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// contents is what a file holds, before references are resolved. It depends
// on the file alone and is never changed once it is parsed.
type contents struct {
	path      string
	documents int
	// others are the documents that are not meant to be definitions.
	others int
	// embedded is the size of the files in ConfigMaps.
	embedded int64
	drafts   []draft
	slis     []sli
	services []service
	sources  []dataSource
	promises []promiseDraft
	problems []Problem
}

// draft is an SLO as its document gives it. Its objectives lack the indicators
// that bindings are to give them.
type draft struct {
	slo  slo.SLO
	name place
	// service is where the service is named, in formats that have documents
	// for services.
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
	c.readAll(documents(f), limits)
	return c
}

func (c *contents) readAll(roots iter.Seq[value], limits Limits) {
	for root := range roots {
		c.read(root, limits)
		c.problems = append(c.problems, root.problems...)
		if c.full(limits) {
			break
		}
	}
}

// full says whether there was more than is read, which has been reported.
func (c *contents) full(limits Limits) bool {
	return c.documents > limits.Documents || c.embedded > limits.FileBytes
}

func refused(path, message, hint string) *contents {
	return &contents{path: path, problems: []Problem{{Position: slo.Position{File: path}, Message: message, Hint: hint}}}
}

func largeFile(path string, limits Limits) *contents {
	return refused(path, fmt.Sprintf("is larger than %d bytes and was not read", limits.FileBytes), "split it, or keep it out of the folder of definitions")
}

// read hands a document to the reader of its format. A new format is a file of
// its own and a case in dispatch.
func (c *contents) read(root value, limits Limits) {
	switch {
	case !root.present() && !root.failed:
	case !c.admit(root, limits) || !root.present():
	case root.node.Kind != yaml.MappingNode:
		c.others++
		root.fail("the document is "+typeName(root.node)+", not a mapping", "write apiVersion: "+openSLO+", kind: SLO, metadata and spec; separate documents with lines of ---")
	default:
		c.dispatch(root, root.format(), limits)
	}
}

// admit counts a definition. It says whether the definition is within the
// limit, and reports the first that is not.
func (c *contents) admit(v value, limits Limits) bool {
	if c.documents++; c.documents == limits.Documents+1 {
		v.fail(fmt.Sprintf("there are more than %d documents; the rest is not read", limits.Documents), "split the definitions into several folders")
	}
	return c.documents <= limits.Documents
}

func (c *contents) dispatch(root value, f format, limits Limits) {
	switch {
	case f.isList():
		c.readList(root, limits)
	case f.isConfigMap():
		c.readConfigMap(root, f, limits)
	case f.apiVersion == "" && f.kind == "" && f.version == slothFile:
		c.readSlothFile(root, limits)
	case f.apiVersion == "" && f.kind == "":
		c.readNothing(root, f)
	case f.apiVersion == "" || f.kind == "":
		readHalf(root)
	case f.apiVersion == openSLO:
		c.readOpenSLO(root, f.kind)
	case f.apiVersion == promiseVersion:
		c.readPromise(root)
	case f.apiVersion == openSLOAlpha:
		c.readAlpha(root, f.kind)
	case f.apiVersion == slothResource:
		c.readSlothResource(root, f.kind, limits)
	case f.apiVersion == pyrra:
		c.readPyrra(root, f.kind)
	default:
		c.readForeign(root, f)
	}
}

// readNothing tells documents that are meant to be definitions from those that
// are known to be something else.
func (c *contents) readNothing(root value, f format) {
	o := root.object()
	switch {
	case strings.HasPrefix(f.version, "prometheus/"):
		o.get("version").fail(quoted(f.version)+" is not read", "write "+slothFile)
	case o.get("slos").present():
		o.need("version", "write version: "+slothFile+" if this is a file of Sloth")
	case o.get("groups").isList():
		c.other(root, "the document holds rules of Prometheus, which are not definitions")
	case o.get("metadata").present() || o.get("spec").present():
		root.fail("the document has neither apiVersion nor kind", "write apiVersion: "+openSLO+" and kind: SLO")
	default:
		c.other(root, "the document has neither apiVersion nor kind and is not read")
	}
}

func readHalf(root value) {
	o := root.object()
	o.needText("apiVersion", "write "+openSLO)
	o.needText("kind", "write SLO, SLI or Service")
}

// readForeign tells versions that are not read from what is no definition.
func (c *contents) readForeign(root value, f format) {
	for _, known := range []struct{ prefix, read string }{
		{"openslo", openSLO}, {"sloth.slok.dev/", slothResource}, {"pyrra.dev/", pyrra}, {annotationPrefix, promiseVersion},
	} {
		if strings.HasPrefix(strings.ToLower(f.apiVersion), known.prefix) {
			root.object().get("apiVersion").fail(quoted(f.apiVersion)+" is not read", "write "+known.read)
			return
		}
	}
	c.other(root, fmt.Sprintf("%s of %s is not a definition that is read", f.kind, f.apiVersion))
}

// other reports a document that is not meant to be a definition.
func (c *contents) other(root value, message string) {
	c.others++
	root.warn(message, "keep other documents out of the folder of definitions")
}

// readList reads the items as if each were a document.
func (c *contents) readList(root value, limits Limits) {
	c.documents--
	for _, item := range root.object().need("items", "write the documents as its items").list() {
		item.document = item.document.apart()
		c.read(item, limits)
		c.problems = append(c.problems, item.problems...)
		if c.full(limits) {
			break
		}
	}
}

// format is what a document says that it is. Files of Sloth have a version
// alone, all others an apiVersion and a kind.
type format struct{ apiVersion, kind, version string }

// isList says whether the items are the documents: in a List of Kubernetes, or
// in one of a single kind.
func (f format) isList() bool {
	return f.kind == "List" || f.kind == configMapKind+"List" || f.kind == slothKind+"List" || f.kind == pyrraKind+"List"
}

// format is read without a report: what is wrong with a document is for the
// reader of its format to say.
func (v value) format() format {
	v.document = v.document.apart()
	o := v.object()
	return format{o.get("apiVersion").text(), o.get("kind").text(), o.get("version").text()}
}
