package definition

import (
	"bytes"
	"cmp"

	"go.yaml.in/yaml/v4"
)

// Limits bound what reading may cost, whatever the files hold. A zero field
// means the default.
type Limits struct {
	// FileBytes is the greatest size of a file; 4 MiB by default. Larger
	// files are refused without being read.
	FileBytes int64
	// Bytes is the greatest size of all files together; 64 MiB by default.
	Bytes int64
	// Entries is the greatest number of files and folders of whatever name in
	// the folders that are searched; 100,000 by default.
	Entries int
	// Files is the greatest number of files; 10,000 by default.
	Files int
	// Documents is the greatest number of YAML documents in all files
	// together, an item of a List, an SLO of Sloth and a document in a
	// ConfigMap being one each; 10,000 by default.
	Documents int
}

// DefaultLimits are the limits for callers that do not choose.
func DefaultLimits() Limits {
	return Limits{FileBytes: 4 << 20, Bytes: 64 << 20, Entries: 100_000, Files: 10_000, Documents: 10_000}
}

func (l Limits) orDefault() Limits {
	d := DefaultLimits()
	return Limits{
		FileBytes: cmp.Or(l.FileBytes, d.FileBytes),
		Bytes:     cmp.Or(l.Bytes, d.Bytes),
		Entries:   cmp.Or(l.Entries, d.Entries),
		Files:     cmp.Or(l.Files, d.Files),
		Documents: cmp.Or(l.Documents, d.Documents),
	}
}

// The limits of a document. A node takes at least a line or a comma, up to
// four nodes share one, and each costs about 300 bytes while it is read.
const (
	maxLinesAndCommas = 50_000
	maxNodes          = 200_000
	maxDepth          = 50
	// maxMarks is how many anchors, aliases, tags, quotation marks and brackets
	// a line may have. All of a line may be the name of a field, so it is held
	// until its end, each at about 300 bytes.
	maxMarks = 1 << 15
)

// The limits of all documents of a file together, with aliases written out. A
// file of the default size that has no aliases is within them.
const (
	maxFileNodes = 5 * maxNodes
	maxFileText  = 8 << 20
)

// maxKey is the greatest length of the name of a field: that of an annotation of
// Kubernetes. The path of a field has the names of all that it is in.
const maxKey = 253 + len("/") + 63

// excess is what a document has too much of.
type excess struct{ message, hint string }

var (
	none     = excess{}
	tooLarge = excess{"the document is too large", "split it into several documents, separated by lines of ---"}
	tooDense = excess{"a line of the document has too many quotation marks, brackets and anchors", "write it in several lines"}
	tooMany  = excess{"the document has too many values, with all aliases written out", "use fewer aliases"}
	tooDeep  = excess{"the document is too deeply nested", "write it with fewer levels, and no alias of an anchor within itself"}
	overFile = excess{"the file has too many values, or too long ones, with all aliases written out; the rest of it is not read", "use fewer aliases, or several files"}
)

// writtenOut is how much is in the documents of a file so far, with aliases
// written out.
type writtenOut struct{ nodes, text int }

// sizeUp returns what the text of a document has too much of to be read.
func sizeUp(text []byte) excess {
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

func marks(line []byte) (n int) {
	for _, c := range line {
		switch c {
		case '&', '*', '!', '"', '\'', '[', ']', '{', '}':
			n++
		}
	}
	return n
}

// over says whether a file has more than is read.
func (w *writtenOut) over() bool { return w.nodes > maxFileNodes || w.text > maxFileText }

// measure adds the nodes of a document, aliases written out, and stops at the
// first excess.
func (w *writtenOut) measure(root *yaml.Node) excess {
	return w.add(root, 0, w.nodes+maxNodes)
}

func (w *writtenOut) add(n *yaml.Node, depth, most int) excess {
	w.nodes++
	w.text += len(n.Value)
	switch {
	case w.over():
		return overFile
	case w.nodes > most:
		return tooMany
	case depth > maxDepth:
		return tooDeep
	case n.Kind == yaml.AliasNode:
		return w.add(n.Alias, depth+1, most)
	}
	for _, child := range n.Content {
		if e := w.add(child, depth+1, most); e != none {
			return e
		}
	}
	return none
}
