package catalog

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Source names where definitions come from: Inline, Folder or Paths.
type Source interface {
	load(context.Context, *definition.Reader) (*definition.Set, error)
	// changes reports whether another load may give other definitions.
	changes() bool
	// name returns what the position of a problem with all of it names.
	name() string
}

// WithSlothPeriod returns a source whose definitions of Sloth have a period, which
// is an argument of Sloth. The zero value leaves it to the definitions.
func WithSlothPeriod(s Source, period slo.Period) Source {
	return readSource{s, func(r *definition.Reader) { r.SlothPeriod = period }}
}

// WithLeftOut returns a source whose set lists what of the documents is in none of
// its SLOs.
func WithLeftOut(s Source) Source {
	return readSource{s, func(r *definition.Reader) { r.ListLeftOut = true }}
}

// WithClock returns a source in whose definitions dates lie in the future after now.
func WithClock(s Source, now func() time.Time) Source {
	return readSource{s, func(r *definition.Reader) { r.Now = now }}
}

// A readSource sets how the definitions of another are read.
type readSource struct {
	Source
	set func(*definition.Reader)
}

// newReader returns a reader for the definitions of a source.
func newReader(s Source) *definition.Reader {
	outer, ok := s.(readSource)
	if !ok {
		return &definition.Reader{}
	}
	r := newReader(outer.Source)
	outer.set(r)
	return r
}

// SourceError says why there are no definitions at all, and what to do about it.
type SourceError struct{ err error }

func (e *SourceError) Error() string { return e.err.Error() }

// Unwrap returns the error of the file system, if there is one.
func (e *SourceError) Unwrap() error { return e.err }

func sourceError(format string, args ...any) error {
	return &SourceError{fmt.Errorf(format, args...)}
}

// Inline contains definitions as YAML text.
type Inline string

func (text Inline) load(ctx context.Context, r *definition.Reader) (*definition.Set, error) {
	return r.Read(definition.File{Content: []byte(text)}), ctx.Err()
}

func (Inline) changes() bool { return false }

func (Inline) name() string { return "inline" }

// Paths names files and folders as a person does on the command line.
type Paths []string

func (p Paths) load(ctx context.Context, r *definition.Reader) (*definition.Set, error) {
	names := make([]string, len(p))
	for i, path := range p {
		if _, err := os.Stat(path); err != nil {
			return nil, sourceError("the definitions cannot be read: %w", err)
		}
		names[i] = filepath.ToSlash(filepath.Clean(path))
	}
	set, err := r.Load(ctx, definition.Disk{}, names...)
	if err != nil {
		return nil, err
	}
	if set.Documents+len(set.Problems) == 0 {
		return nil, sourceError("no definition was found in %s: in a folder, files that end in .yaml or .yml are read", strings.Join(p, ", "))
	}
	return set, nil
}

func (Paths) changes() bool { return true }

func (p Paths) name() string { return strings.Join(p, ", ") }

// Folder names a folder below the root that an administrator allows. No path and
// no symbolic link in it leads out of the root.
type Folder struct {
	// The folder that the administrator allows, empty if there is none.
	Root string
	// Path of the folder, relative to Root; empty is Root itself.
	Path string
}

func (f Folder) load(ctx context.Context, r *definition.Reader) (*definition.Set, error) {
	folder, err := f.open()
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	return r.Load(ctx, definition.Folder(folder))
}

func (Folder) changes() bool { return true }

func (f Folder) name() string {
	if f.Path == "" {
		return "."
	}
	return f.Path
}

func (f Folder) open() (*os.Root, error) {
	if f.Root == "" {
		return nil, sourceError("reading definitions from a folder is not allowed on this Grafana server; " +
			"ask its administrator to set definitions_root in the section [plugin.promise-slo-datasource] of Grafana's configuration, " +
			"or write the definitions inline")
	}
	if !filepath.IsLocal(f.name()) {
		return nil, sourceError("the folder of definitions %q leads out of the folder that the administrator allows; "+
			"write a path relative to that folder, without .. in it", f.Path)
	}
	root, err := os.OpenRoot(f.Root)
	if err != nil {
		return nil, sourceError("the folder that the administrator allows for definitions cannot be opened: %w; "+
			"make sure that it exists and that Grafana may read it", withoutPath(err))
	}
	defer root.Close()
	inner, err := root.OpenRoot(f.name())
	if err != nil {
		return nil, sourceError("the folder of definitions %q cannot be opened: %w; make sure that it is a folder below the one "+
			"that the administrator allows, and that Grafana may read it", f.Path, withoutPath(err))
	}
	return inner, nil
}

// withoutPath returns an error of the file system without its path, so that
// nobody learns where the allowed folder is.
func withoutPath(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}
