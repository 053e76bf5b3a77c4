// Package typescript writes Go types as TypeScript, as encoding/json writes their
// values, so that the front end and the backend share one source.
package typescript

import (
	"cmp"
	"fmt"
	"go/ast"
	"reflect"
	"strconv"
	"strings"
	"unicode"
)

// Declarations returns the declarations of types and of all types of this module
// that they refer to. Each is named by its package and name, such as
// pkg/api.Query, and root is the module's folder. Comments are kept. Slices and
// maps are taken for never null.
func Declarations(root string, names ...string) (string, error) {
	read, err := newSource(root)
	if err != nil {
		return "", err
	}
	w := &writer{source: read, written: map[string]bool{}}
	for _, name := range names {
		folder, name, _ := strings.Cut(name, ".")
		p, err := w.source.load(folder)
		if err != nil {
			return "", err
		}
		if _, err := w.reference(p, name); err != nil {
			return "", err
		}
	}
	return strings.Join(w.declarations, "\n"), nil
}

// writer collects declarations.
type writer struct {
	source       source
	declarations []string
	// written holds the types that are declared, by their TypeScript names.
	written map[string]bool
}

// reference returns the name of a type in TypeScript, and declares it.
func (w *writer) reference(p *goPackage, name string) (string, error) {
	d, err := p.lookUp(name)
	if err != nil {
		return "", err
	}
	if p.marshalsText[name] {
		return "string", nil
	}
	if d.spec.Assign.IsValid() {
		return w.expression(d.file, d.spec.Type)
	}
	exported := upperFirst(name)
	if w.written[exported] {
		return exported, nil
	}
	w.written[exported] = true
	place := len(w.declarations) // in front of what it refers to
	w.declarations = append(w.declarations, "")
	text, err := w.declaration(d, exported)
	w.declarations[place] = strings.Replace(comment("", d.doc), name, exported, 1) + text
	return exported, err
}

func (w *writer) declaration(d *declaration, name string) (string, error) {
	if s, ok := d.spec.Type.(*ast.StructType); ok {
		fields, err := w.fields(d.file, s)
		return fmt.Sprintf("export interface %s {\n%s}\n", name, fields), err
	}
	if len(d.values) > 0 {
		return union(name, d.values), nil
	}
	text, err := w.expression(d.file, d.spec.Type)
	return fmt.Sprintf("export type %s = %s;\n", name, text), err
}

// union returns the declaration of a type that has these values, on one line if it
// fits, as Prettier formats it.
func union(name string, values []string) string {
	const width = 120
	text := fmt.Sprintf("export type %s = %s;\n", name, strings.Join(values, " | "))
	if len(text) <= width {
		return text
	}
	return fmt.Sprintf("export type %s =\n  | %s;\n", name, strings.Join(values, "\n  | "))
}

// fields returns the fields of a struct, with those of embedded ones.
func (w *writer) fields(f *goFile, s *ast.StructType) (string, error) {
	var all strings.Builder
	for _, field := range s.Fields.List {
		tag := jsonTag(field)
		var text string
		var err error
		switch {
		case tag.name == "-":
		case len(field.Names) == 0 && tag.name == "":
			text, err = w.embedded(f, field.Type)
		default:
			text, err = w.expression(f, field.Type)
			text = comment("  ", field.Doc) + "  " + cmp.Or(tag.name, fieldName(field)) + tag.mark() + ": " + text + ";\n"
		}
		if err != nil {
			return "", err
		}
		all.WriteString(text)
	}
	return all.String(), nil
}

func (w *writer) embedded(f *goFile, e ast.Expr) (string, error) {
	p, name, err := w.source.find(f, e)
	if err != nil {
		return "", err
	}
	d, err := p.lookUp(name)
	if err != nil {
		return "", err
	}
	if d.spec.Assign.IsValid() {
		return w.embedded(d.file, d.spec.Type)
	}
	s, ok := d.spec.Type.(*ast.StructType)
	if !ok {
		return "", fmt.Errorf("%s in %s is embedded, and not a struct", name, p.folder)
	}
	return w.fields(d.file, s)
}

var basic = map[string]string{
	"string": "string", "bool": "boolean", "any": "unknown",
	"int": "number", "int32": "number", "int64": "number", "uint32": "number", "uint64": "number", "float64": "number",
}

// expression returns a type in TypeScript.
func (w *writer) expression(f *goFile, e ast.Expr) (string, error) {
	switch t := e.(type) {
	case *ast.ArrayType:
		element, err := w.expression(f, t.Elt)
		return element + "[]", err
	case *ast.MapType:
		value, err := w.expression(f, t.Value)
		return "Record<string, " + value + ">", err
	case *ast.StarExpr:
		value, err := w.expression(f, t.X)
		return value + " | null", err
	case *ast.Ident:
		if name, ok := basic[t.Name]; ok {
			return name, nil
		}
	}
	p, name, err := w.source.find(f, e)
	if err != nil {
		return "", err
	}
	return w.reference(p, name)
}

// tag describes how encoding/json writes a field.
type tag struct {
	name     string
	optional bool
}

func (t tag) mark() string {
	if t.optional {
		return "?"
	}
	return ""
}

func jsonTag(field *ast.Field) tag {
	if field.Tag == nil {
		return tag{}
	}
	text, _ := strconv.Unquote(field.Tag.Value) // the parser has read it as a string
	name, options, _ := strings.Cut(reflect.StructTag(text).Get("json"), ",")
	return tag{name: name, optional: strings.Contains(options, "omit")}
}

func fieldName(field *ast.Field) string {
	if len(field.Names) == 0 {
		return ""
	}
	return field.Names[0].Name
}

// comment returns a Go comment as TypeScript writes it.
func comment(indent string, doc *ast.CommentGroup) string {
	lines := strings.Split(strings.TrimSpace(doc.Text()), "\n")
	switch {
	case lines[0] == "":
		return ""
	case len(lines) == 1:
		return indent + "/** " + lines[0] + " */\n"
	}
	return indent + "/**\n" + indent + " * " + strings.Join(lines, "\n"+indent+" * ") + "\n" + indent + " */\n"
}

func upperFirst(name string) string {
	return string(unicode.ToUpper(rune(name[0]))) + name[1:]
}
