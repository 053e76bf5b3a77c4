package typescript

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/modfile"
)

// source reads the packages of a module.
type source struct {
	root, module string
	packages     map[string]*goPackage
}

// goPackage holds the types of a package.
type goPackage struct {
	folder string
	types  map[string]*declaration
	// marshalsText holds the types that JSON writes as strings.
	marshalsText map[string]bool
}

// goFile describes a file in which an expression stands.
type goFile struct {
	*ast.File
	in *goPackage
}

// declaration describes the declaration of a type.
type declaration struct {
	file *goFile
	spec *ast.TypeSpec
	doc  *ast.CommentGroup
	// values holds the string constants of the type, as literals of TypeScript.
	values []string
}

// newSource returns the source of the module in a folder.
func newSource(root string) (source, error) {
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	return source{root: root, module: modfile.ModulePath(text), packages: map[string]*goPackage{}}, err
}

// load returns the package in a folder of the module.
func (s source) load(folder string) (*goPackage, error) {
	if p, ok := s.packages[folder]; ok {
		return p, nil
	}
	p := &goPackage{folder: folder, types: map[string]*declaration{}, marshalsText: map[string]bool{}}
	s.packages[folder] = p
	paths, err := filepath.Glob(filepath.Join(s.root, folder, "*.go"))
	if err != nil {
		return nil, err
	}
	var files []*goFile
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, &goFile{parsed, p})
	}
	for _, f := range files {
		p.declare(f)
	}
	for _, f := range files {
		p.collect(f)
	}
	return p, nil
}

// declare finds the types of a file.
func (p *goPackage) declare(f *goFile) {
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.TYPE {
			continue
		}
		for _, s := range g.Specs {
			spec := s.(*ast.TypeSpec)
			doc := spec.Doc
			if doc == nil && len(g.Specs) == 1 {
				doc = g.Doc
			}
			p.types[spec.Name.Name] = &declaration{file: f, spec: spec, doc: doc}
		}
	}
}

// collect finds the constants and the methods of the types.
func (p *goPackage) collect(f *goFile) {
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv != nil && d.Name.Name == "MarshalText" {
				p.marshalsText[identifier(d.Recv.List[0].Type)] = true
			}
		case *ast.GenDecl:
			if d.Tok != token.CONST {
				continue
			}
			for _, s := range d.Specs {
				p.constant(s.(*ast.ValueSpec))
			}
		}
	}
}

func (p *goPackage) constant(s *ast.ValueSpec) {
	t, known := p.types[identifier(s.Type)]
	if !known || len(s.Values) != 1 {
		return
	}
	if literal, ok := s.Values[0].(*ast.BasicLit); ok && literal.Kind == token.STRING {
		text, _ := strconv.Unquote(literal.Value) // the parser has read it as a string
		t.values = append(t.values, "'"+strings.ReplaceAll(text, "'", `\'`)+"'")
	}
}

func identifier(e ast.Expr) string {
	switch t := e.(type) {
	case *ast.Ident:
		return t.Name
	case *ast.StarExpr:
		return identifier(t.X)
	}
	return ""
}

// find returns the package and the name of the type to which an expression refers.
func (s source) find(f *goFile, e ast.Expr) (*goPackage, string, error) {
	switch t := e.(type) {
	case *ast.Ident:
		return f.in, t.Name, nil
	case *ast.SelectorExpr:
		folder, err := s.imported(f, identifier(t.X))
		if err != nil {
			return nil, "", err
		}
		p, err := s.load(folder)
		return p, t.Sel.Name, err
	}
	return nil, "", fmt.Errorf("a type in %s has no counterpart in TypeScript: %T", f.in.folder, e)
}

// lookUp returns the declaration of a type.
func (p *goPackage) lookUp(name string) (*declaration, error) {
	d, known := p.types[name]
	if !known {
		return nil, fmt.Errorf("there is no type %s in %s", name, p.folder)
	}
	return d, nil
}

// imported returns the folder of the package that a file imports under a name.
func (s source) imported(f *goFile, name string) (string, error) {
	for _, i := range f.Imports {
		path, _ := strconv.Unquote(i.Path.Value) // the parser has read it as a string
		folder, own := strings.CutPrefix(path, s.module+"/")
		if own && (i.Name != nil && i.Name.Name == name || i.Name == nil && filepath.Base(folder) == name) {
			return folder, nil
		}
	}
	return "", fmt.Errorf("package %s, which %s imports, is not of this module", name, f.in.folder)
}
