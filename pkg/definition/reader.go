package definition

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Load reads definitions from a file system, as a new Reader does.
func Load(ctx context.Context, fsys fs.FS, paths ...string) (*Set, error) {
	return new(Reader).Load(ctx, fsys, paths...)
}

// Reader reads definitions from a file system again and again. It keeps what
// it parsed, and parses only files whose content has changed. The zero value
// is ready to use; a Reader may be used by several goroutines at once.
type Reader struct {
	// Limits must not be changed once the Reader is in use.
	Limits Limits
	// Now returns the time after which dates lie in the future; nil means
	// time.Now. It must not be changed once the Reader is in use.
	Now func() time.Time
	// SlothPeriod contains the period that Sloth is run with, which its documents
	// do not say; zero means that of the AlertWindows that are read, or 30 days. It
	// must not be changed once the Reader is in use.
	SlothPeriod slo.Period
	// ListLeftOut lists in the Set what of the documents is in none of its SLOs. It
	// must not be changed once the Reader is in use.
	ListLeftOut bool

	mu     sync.Mutex
	parsed map[string]parsedFile
}

// parsedFile contains what a file with that hash and size contains.
type parsedFile struct {
	sum      [sha256.Size]byte
	size     int64
	contents *contents
}

// Read reads files from memory, none of which it keeps.
func (r *Reader) Read(files ...File) *Set {
	files = slices.Clone(files)
	slices.SortStableFunc(files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	limits := r.Limits.orDefault()
	parsed := make([]*contents, len(files))
	for i, f := range files {
		parsed[i] = parse(f, r.parseOptions(limits))
	}
	return resolve(parsed, resolveOptions{limits: limits, period: r.SlothPeriod, now: r.now()})
}

// Load reads the files at the paths, which must satisfy fs.ValidPath, and in
// the folders at the paths, all the way down, the files that end in .yaml or
// .yml; hidden files and folders are skipped. Without paths it reads the root.
// What cannot be read is among the Problems. The error is that of the context,
// and comes without a set.
//
// Pass a Folder to keep symbolic links from leading out of it.
func (r *Reader) Load(ctx context.Context, fsys fs.FS, paths ...string) (*Set, error) {
	limits := r.Limits.orDefault()
	if len(paths) == 0 {
		paths = []string{"."}
	}
	found, err := find(ctx, fsys, paths, limits)
	if err != nil {
		return nil, err
	}
	files := found.refused
	kept := make(map[string]parsedFile, len(found.paths))
	var total int64
	for _, name := range found.paths {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		f := r.file(fsys, name, limits)
		if total += f.size; total > limits.Bytes {
			message := fmt.Sprintf("the files have more than %d bytes in all; this one and those after it are not read", limits.Bytes)
			files = append(files, refuse(name, message, "keep other files out of the folder of definitions, or split it into several"))
			break
		}
		kept[name] = f
		files = append(files, f.contents)
	}
	r.keep(kept)
	slices.SortStableFunc(files, func(a, b *contents) int { return strings.Compare(a.path, b.path) })
	return resolve(files, resolveOptions{limits: limits, period: r.SlothPeriod, now: r.now()}), nil
}

// file returns the contents of a file, parsed now or before.
func (r *Reader) file(fsys fs.FS, name string, limits Limits) parsedFile {
	content, err := readFile(fsys, name, limits.FileBytes)
	if err != nil {
		return parsedFile{contents: refuseFile(name, err, limits)}
	}
	sum := sha256.Sum256(content)
	if f, ok := r.known(name); ok && f.sum == sum {
		return f
	}
	return parsedFile{sum: sum, size: int64(len(content)), contents: parse(File{Path: name, Content: content}, r.parseOptions(limits))}
}

// refuseFile returns the contents of a file that was not read, with the reason.
func refuseFile(name string, err error, limits Limits) *contents {
	var other irregular
	switch {
	case errors.Is(err, errTooLarge):
		return refuseLarge(name, limits)
	case errors.Is(err, errChanges):
		return refuse(name, "changes while it is read, and was not read", "write it under a name that ends in something else, and rename it when it is complete")
	case errors.As(err, &other):
		return refuseIrregular(name, other)
	}
	return refuseUnreadable(name, err)
}

func (r *Reader) parseOptions(limits Limits) parseOptions {
	return parseOptions{Limits: limits, leftOut: r.ListLeftOut}
}

func (r *Reader) now() time.Time {
	if r.Now == nil {
		return time.Now()
	}
	return r.Now()
}

func (r *Reader) known(name string) (parsedFile, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f, ok := r.parsed[name]
	return f, ok
}

// keep replaces what is kept, so that files that are gone are forgotten.
func (r *Reader) keep(parsed map[string]parsedFile) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.parsed = parsed
}
