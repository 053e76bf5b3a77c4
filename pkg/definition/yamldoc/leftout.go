package yamldoc

import (
	"iter"

	"go.yaml.in/yaml/v4"
)

// use records what becomes of the values of a file; nil where nobody asks.
type use map[*yaml.Node]bool

// TrackedDocuments yields documents as Documents does, which keep track of what is
// read of them, for LeftOut.
func TrackedDocuments(file string, content []byte) iter.Seq[Value] {
	return documentsOf(file, content, &extent{use: use{}})
}

// use returns the record of the file; nil if there is none.
func (v Value) use() use {
	if e := v.document.chunk.stream.extent; e != nil {
		return e.use
	}
	return nil
}

// markRead notes that a value is read, which is why it is kept unless it was left
// out.
func (v Value) markRead() {
	u := v.use()
	if u == nil || v.node == nil {
		return
	}
	if _, marked := u[v.node]; !marked {
		u[v.node] = true
	}
}

// LeaveOut notes that a value is read but not kept, so that nothing that is made of
// the document has it.
func (v Value) LeaveOut() {
	if u := v.use(); u != nil && v.node != nil {
		u[v.node] = false
	}
}

// LeaveOut notes that fields are read but not kept.
func (o Object) LeaveOut(names ...string) {
	for _, name := range names {
		if v, ok := o.fields[name]; ok {
			v.LeaveOut()
		}
	}
}

// KeepAll notes that nothing of a value is to be listed as left out, since it is
// reported otherwise.
func (v Value) KeepAll() {
	if u := v.use(); u != nil && v.node != nil {
		u.keepAll(v.node)
	}
}

func (u use) keepAll(n *yaml.Node) {
	u[n] = true
	for _, child := range n.Content {
		u.keepAll(child)
	}
}

// LeftOut returns the places of what nothing reads or keeps of a document: fields
// as a whole, and the document itself if it is left out. It returns none for
// documents that are not tracked.
func (v Value) LeftOut() []Place {
	u := v.use()
	if u == nil || !v.Present() {
		return nil
	}
	if kept, marked := u[v.node]; marked && !kept {
		return []Place{v.Place()}
	}
	return u.leftOut(v)
}

func (u use) leftOut(v Value) (all []Place) {
	if v.IsList() {
		for i, item := range v.node.Content {
			if item.Kind != yaml.AliasNode {
				all = append(all, u.leftOut(v.item(i))...)
			}
		}
		return all
	}
	if !v.IsMapping() {
		return nil
	}
	for i := 0; i+1 < len(v.node.Content); i += 2 {
		key, val := v.node.Content[i], v.node.Content[i+1]
		if key.ShortTag() == "!!merge" || key.Kind != yaml.ScalarNode {
			continue
		}
		field := v.document.value(val, Object{value: v}.path(key.Value))
		alias := val.Kind == yaml.AliasNode
		switch {
		case !field.Present():
		case !u[field.node] && (alias || !field.isAnchors() || !field.IsMapping() && !field.IsList()):
			at := field.Place()
			at.Position = v.document.chunk.position(key)
			all = append(all, at)
		case !alias:
			all = append(all, u.leftOut(field)...)
		}
	}
	return all
}
