package definition

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// listing is the files to read, in order, and what is refused beforehand.
type listing struct {
	paths   []string
	refused []*contents
}

// finder searches folders for files.
type finder struct {
	listing
	fsys   fs.FS
	limits Limits
	// entries is how many were seen; full says that they are too many.
	entries int
	full    bool
}

func find(ctx context.Context, fsys fs.FS, paths []string, limits Limits) (*listing, error) {
	f := &finder{fsys: fsys, limits: limits}
	for _, start := range paths {
		info, err := fs.Stat(fsys, start)
		if err != nil {
			f.refused = append(f.refused, unreadable(start, err))
			continue
		}
		if err := f.walk(ctx, start, fs.FileInfoToDirEntry(info), true); err != nil {
			return nil, err
		}
	}
	slices.Sort(f.paths)
	f.paths = slices.Compact(f.paths)
	if len(f.paths) > limits.Files {
		message := fmt.Sprintf("there are more than %d files; this one and those after it are not read", limits.Files)
		f.refuse(f.paths[limits.Files], message, "keep other files out of the folder of definitions")
		f.paths = f.paths[:limits.Files]
	}
	return &f.listing, nil
}

// walk visits a file, or all that is in a folder. The error is the context's.
func (f *finder) walk(ctx context.Context, name string, entry fs.DirEntry, asked bool) error {
	if err := f.visit(f.fsys, name, entry, asked); err != nil || !entry.IsDir() {
		return ctx.Err()
	}
	entries, err := f.list(ctx, name)
	if err != nil {
		f.refused = append(f.refused, unreadable(name, err))
	}
	for _, below := range entries {
		if err := f.walk(ctx, path.Join(name, below.Name()), below, false); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// list returns what is in a folder, up to the limit of all folders.
func (f *finder) list(ctx context.Context, name string) (all []fs.DirEntry, err error) {
	if f.full {
		return nil, nil
	}
	opened, err := f.fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	dir, ok := opened.(fs.ReadDirFile)
	if !ok {
		return nil, fs.ErrInvalid
	}
	for f.entries <= f.limits.Entries && ctx.Err() == nil {
		some, err := dir.ReadDir(1000)
		all = append(all, some...)
		f.entries += len(some)
		if err != nil {
			slices.SortFunc(all, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return all, err
		}
	}
	if f.full = f.entries > f.limits.Entries; f.full {
		f.refuse(name, fmt.Sprintf("there are more than %d files and folders; this folder and those after it are not read", f.limits.Entries),
			"keep other files out of the folder of definitions")
	}
	return nil, nil
}

// visit takes a file that was asked for by its name, or is one of definitions.
func (l *listing) visit(fsys fs.FS, name string, entry fs.DirEntry, asked bool) error {
	link := entry.Type()&fs.ModeSymlink != 0
	switch hidden := strings.HasPrefix(entry.Name(), ".") && !asked; {
	case entry.IsDir() && hidden:
		return fs.SkipDir
	case hidden || entry.IsDir() || !asked && !link && !isYAML(name):
		return nil
	}
	// Stat follows symbolic links, as Kubernetes mounts its ConfigMaps with.
	info, err := fs.Stat(fsys, name)
	switch {
	case err == nil && info.IsDir():
		l.refuse(name, "is a symbolic link to a folder and was not followed", "put the folder itself there")
	case !asked && !isYAML(name):
	case err != nil:
		l.refused = append(l.refused, unreadable(name, err))
	case info.Mode().IsRegular():
		l.paths = append(l.paths, name)
	default:
		l.refused = append(l.refused, notRegular(name, irregular(info.Mode())))
	}
	return nil
}

func notRegular(name string, what irregular) *contents {
	return refused(name, what.Error(), "put a file of definitions in its place, or remove it")
}

func (l *listing) refuse(name, message, hint string) {
	l.refused = append(l.refused, refused(name, message, hint))
}

func isYAML(name string) bool {
	extension := path.Ext(name)
	return extension == ".yaml" || extension == ".yml"
}

func unreadable(name string, err error) *contents {
	return &contents{path: name, problems: []Problem{{
		Position: slo.Position{File: name},
		Message:  "cannot be read: " + reason(err),
		Hint:     "make sure that it exists and that Grafana may read it",
	}}}
}

// reason is an error without the path, which the position names already.
func reason(err error) string {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err.Error()
	}
	return err.Error()
}
