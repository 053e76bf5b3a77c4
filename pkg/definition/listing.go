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
)

// listing contains the files to read, in order, and what is refused beforehand.
type listing struct {
	paths   []string
	refused []*contents
}

// finder searches folders for files.
type finder struct {
	found  listing
	fsys   fs.FS
	limits Limits
	// entries counts the files and folders so far; full tells that they are too
	// many.
	entries int
	full    bool
}

// find returns the files of definitions at the paths and in the folders at the
// paths. The error is the context's.
func find(ctx context.Context, fsys fs.FS, paths []string, limits Limits) (listing, error) {
	f := &finder{fsys: fsys, limits: limits}
	for _, start := range paths {
		info, err := fs.Stat(fsys, start)
		if err != nil {
			f.refuse(refuseUnreadable(start, err))
			continue
		}
		if err := f.walk(ctx, start, fs.FileInfoToDirEntry(info), true); err != nil {
			return listing{}, err
		}
	}
	found := &f.found
	slices.Sort(found.paths)
	found.paths = slices.Compact(found.paths)
	if len(found.paths) > limits.Files {
		message := fmt.Sprintf("there are more than %d files; this one and those after it are not read", limits.Files)
		f.refuse(refuse(found.paths[limits.Files], message, "keep other files out of the folder of definitions"))
		found.paths = found.paths[:limits.Files]
	}
	return *found, nil
}

// walk visits a file, or all that is in a folder. The error is the context's.
func (f *finder) walk(ctx context.Context, name string, entry fs.DirEntry, named bool) error {
	if err := f.visit(name, entry, named); err != nil || !entry.IsDir() {
		return ctx.Err()
	}
	entries, err := f.list(ctx, name)
	if err != nil {
		f.refuse(refuseUnreadable(name, err))
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
	folder, err := f.fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	dir, ok := folder.(fs.ReadDirFile)
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
		message := fmt.Sprintf("there are more than %d files and folders; this folder and those after it are not read", f.limits.Entries)
		f.refuse(refuse(name, message, "keep other files out of the folder of definitions"))
	}
	return nil, nil
}

// visit adds a file that the caller named, or that is one of definitions.
func (f *finder) visit(name string, entry fs.DirEntry, named bool) error {
	link := entry.Type()&fs.ModeSymlink != 0
	switch hidden := strings.HasPrefix(entry.Name(), ".") && !named; {
	case entry.IsDir() && hidden:
		return fs.SkipDir
	case hidden || entry.IsDir() || !named && !link && !isYAML(name):
		return nil
	}
	// Stat follows symbolic links, as Kubernetes mounts its ConfigMaps with.
	info, err := fs.Stat(f.fsys, name)
	switch {
	case err == nil && info.IsDir():
		f.refuse(refuse(name, "is a symbolic link to a folder and was not followed", "put the folder itself there"))
	case !named && !isYAML(name):
	case err != nil:
		f.refuse(refuseUnreadable(name, err))
	case info.Mode().IsRegular():
		f.found.paths = append(f.found.paths, name)
	default:
		f.refuse(refuseIrregular(name, irregular(info.Mode())))
	}
	return nil
}

func (f *finder) refuse(c *contents) { f.found.refused = append(f.found.refused, c) }

func isYAML(name string) bool {
	extension := path.Ext(name)
	return extension == ".yaml" || extension == ".yml"
}
