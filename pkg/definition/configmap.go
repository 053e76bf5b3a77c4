package definition

import "fmt"

// The wrapper that Kubernetes keeps files in: its data are texts by the names
// of files.
const (
	configMapVersion = "v1"
	configMapKind    = "ConfigMap"
)

func (f format) isConfigMap() bool {
	return f.apiVersion == configMapVersion && f.kind == configMapKind
}

// readConfigMap reads the values that are files of definitions by their names.
// If all that they hold are documents of other kinds, the ConfigMap is one as
// well, and is reported in their place.
func (c *contents) readConfigMap(root value, f format, limits Limits) {
	if root.chunk.origin.field != "" {
		root.fail("a ConfigMap within a value of a ConfigMap is not read", "write the definitions themselves as the value")
		return
	}
	before := *c
	c.documents--
	data := root.object().get("data").object()
	for _, key := range data.keys {
		if isYAML(key) && !c.full(limits) {
			c.readEmbedded(data.fields[key], limits)
		}
	}
	switch wrapped := c.documents - before.documents + 1; {
	case !root.failed && wrapped == c.others-before.others:
		before.embedded = c.embedded
		*c = before
		c.readForeign(root, f)
	case wrapped == 0:
		c.documents++
	}
}

// readEmbedded reads a text as a file. Aliases can repeat a text, so that all
// of a file's texts together are held to the limit of a file.
func (c *contents) readEmbedded(v value, limits Limits) {
	switch {
	case !v.present():
		return
	case !v.isText():
		v.wrong("text", "write | after the name of the file, and the file below it, indented")
		return
	}
	c.embedded += int64(len(v.node.Value))
	if c.embedded > limits.FileBytes {
		v.fail(fmt.Sprintf("the files in ConfigMaps have more than %d bytes, with all aliases written out; the rest is not read", limits.FileBytes), "use fewer aliases, or several files")
		return
	}
	c.readAll(v.origin().documents([]byte(v.node.Value)), limits)
}
