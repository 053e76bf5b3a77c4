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
	// Files is the greatest number of files; 10,000 by default.
	Files int
	// Documents is the greatest number of YAML documents in all files
	// together, an item of a List, an SLO of Sloth and a document in a
	// ConfigMap being one each; 10,000 by default.
	Documents int
}

// DefaultLimits are the limits for callers that do not choose.
func DefaultLimits() Limits { return Limits{FileBytes: 4 << 20, Files: 10_000, Documents: 10_000} }

func (l Limits) orDefault() Limits {
	d := DefaultLimits()
	return Limits{
		FileBytes: cmp.Or(l.FileBytes, d.FileBytes),
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
)

// excess is what a document has too much of.
type excess struct{ message, mend string }

var (
	none     = excess{}
	tooLarge = excess{"the document is too large", "split it into several documents, separated by lines of ---"}
	tooMany  = excess{"the document has too many values, with all aliases written out", "use fewer aliases"}
	tooDeep  = excess{"the document is too deeply nested", "write it with fewer levels, and no alias of an anchor within itself"}
)

func tooLong(text []byte) bool {
	count := 0
	for _, separator := range []string{",", "\n", "\r", "\u0085", "\u2028", "\u2029"} {
		count += bytes.Count(text, []byte(separator))
	}
	return count-bytes.Count(text, []byte("\r\n")) > maxLinesAndCommas
}

// measure counts the nodes below n, aliases written out, and stops at the
// first excess.
func measure(n *yaml.Node, depth int, nodes *int) excess {
	if *nodes++; *nodes > maxNodes {
		return tooMany
	}
	if depth > maxDepth {
		return tooDeep
	}
	if n.Kind == yaml.AliasNode {
		return measure(n.Alias, depth+1, nodes)
	}
	for _, child := range n.Content {
		if e := measure(child, depth+1, nodes); e != none {
			return e
		}
	}
	return none
}
