package definition

import (
	"context"
	"errors"
	"fmt"
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

func find(ctx context.Context, fsys fs.FS, paths []string, limits Limits) (*listing, error) {
	found := &listing{}
	for _, start := range paths {
		err := fs.WalkDir(fsys, start, func(name string, entry fs.DirEntry, err error) error {
			if ctxErr := ctx.Err(); ctxErr != nil {
				return ctxErr
			}
			if err != nil {
				found.refused = append(found.refused, unreadable(name, err))
				return nil
			}
			return found.visit(fsys, name, entry, name == start)
		})
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(found.paths)
	found.paths = slices.Compact(found.paths)
	if len(found.paths) > limits.Files {
		message := fmt.Sprintf("there are more than %d files; this one and those after it are not read", limits.Files)
		found.refuse(found.paths[limits.Files], message, "keep other files out of the folder of definitions")
		found.paths = found.paths[:limits.Files]
	}
	return found, nil
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
		l.refuse(name, "is not a regular file and was not read", "put a file of definitions in its place, or remove it")
	}
	return nil
}

func (l *listing) refuse(name, message, mend string) {
	l.refused = append(l.refused, refused(name, message, mend))
}

func isYAML(name string) bool {
	extension := path.Ext(name)
	return extension == ".yaml" || extension == ".yml"
}

func unreadable(name string, err error) *contents {
	return &contents{path: name, problems: []Problem{{
		Position: slo.Position{File: name},
		Message:  "cannot be read: " + reason(err),
		Mend:     "make sure that it exists and that Grafana may read it",
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
