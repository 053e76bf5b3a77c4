package yamldoc

import (
	"bytes"

	"go.yaml.in/yaml/v4"
)

// The limits of a document. A node takes at least a line or a comma, up to
// four nodes share one, and each costs about 300 bytes while it is read.
const (
	maxLinesAndCommas = 50_000
	maxNodes          = 200_000
	maxDepth          = 50
	// maxMarks bounds the anchors, aliases, tags, quotation marks and brackets of
	// a line. All of a line may be the name of a field, so it is kept in memory
	// until its end, each at about 300 bytes.
	maxMarks = 1 << 15
)

// The limits of all documents of a file, with aliases written out. A file of
// the default size that has no aliases is within them.
const (
	maxFileNodes = 5 * maxNodes
	maxFileText  = 8 << 20
)

// maxKey bounds the name of a field, in bytes: that of an annotation of
// Kubernetes. The path of a field has the names of all that it is in.
const maxKey = 253 + len("/") + 63

// refusal tells why a document is not read: for its syntax, or for what it has
// too much of.
type refusal struct{ message, hint string }

var (
	none     = refusal{}
	tooLarge = refusal{"the document is too large", "split it into several documents, separated by lines of ---"}
	tooDense = refusal{"a line of the document has too many quotation marks, brackets and anchors", "write it in several lines"}
	tooMany  = refusal{"the document has too many values, with all aliases written out", "use fewer aliases"}
	tooDeep  = refusal{"the document is too deeply nested", "write it with fewer levels, and no alias of an anchor within itself"}
	overFile = refusal{"the file has too many values, or too long ones, with all aliases written out; the rest of it is not read", "use fewer aliases, or several files"}
)

// sizeUp returns why the text of a document is too large to be read.
func sizeUp(text []byte) refusal {
	count := 0
	for _, separator := range []string{",", "\n", "\r", "\u0085", "\u2028", "\u2029"} {
		count += bytes.Count(text, []byte(separator))
	}
	if count-bytes.Count(text, []byte("\r\n")) > maxLinesAndCommas {
		return tooLarge
	}
	for line := range bytes.Lines(text) {
		if len(line) > maxMarks && marks(line) > maxMarks {
			return tooDense
		}
	}
	return none
}

// marks counts what may begin a node within a line.
func marks(line []byte) (n int) {
	for _, c := range line {
		switch c {
		case '&', '*', '!', '"', '\'', '[', ']', '{', '}':
			n++
		}
	}
	return n
}

// extent counts what the documents of a file have so far, with aliases written
// out.
type extent struct {
	nodes, text int
	use         use
}

// exceeds reports whether a file has more than is read.
func (e *extent) exceeds() bool { return e.nodes > maxFileNodes || e.text > maxFileText }

// measure adds the nodes of a document, aliases written out, and returns the
// first reason to refuse it, at which it stops.
func (e *extent) measure(root *yaml.Node) refusal {
	return e.add(root, 0, e.nodes+maxNodes)
}

func (e *extent) add(n *yaml.Node, depth, most int) refusal {
	e.nodes++
	e.text += len(n.Value)
	switch {
	case e.exceeds():
		return overFile
	case e.nodes > most:
		return tooMany
	case depth > maxDepth:
		return tooDeep
	case n.Kind == yaml.AliasNode:
		return e.add(n.Alias, depth+1, most)
	}
	for _, child := range n.Content {
		if found := e.add(child, depth+1, most); found != none {
			return found
		}
	}
	return none
}
