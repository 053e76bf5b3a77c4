package definition

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"
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
	// Now is the clock that tells which dates lie in the future; time.Now if
	// it is nil. It must not be changed once the Reader is in use.
	Now func() time.Time

	mu     sync.Mutex
	parsed map[string]cached
}

// cached is the result of a file with that hash.
type cached struct {
	sum [sha256.Size]byte
	*contents
}

// Load reads the files at the paths, which are as fs.ValidPath asks, and in
// the folders at the paths, all the way down, the files that end in .yaml or
// .yml; hidden files and folders are skipped. Without paths it reads the root.
// What cannot be read is told in Problems. The error is that of the context,
// and comes without a set.
//
// Pass an os.Root's FS to keep symbolic links from leading out of a folder.
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
	kept := make(map[string]cached, len(found.paths))
	for _, name := range found.paths {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		c := r.file(fsys, name, limits)
		kept[name] = c
		files = append(files, c.contents)
	}
	r.keep(kept)
	slices.SortStableFunc(files, func(a, b *contents) int { return strings.Compare(a.path, b.path) })
	return resolve(files, limits, r.now()), nil
}

// file is the contents of a file, parsed now or before.
func (r *Reader) file(fsys fs.FS, name string, limits Limits) cached {
	content, err := readFile(fsys, name, limits.FileBytes)
	switch {
	case errors.Is(err, errTooLarge):
		return cached{contents: largeFile(name, limits)}
	case err != nil:
		return cached{contents: unreadable(name, err)}
	}
	sum := sha256.Sum256(content)
	if c, ok := r.known(name); ok && c.sum == sum {
		return c
	}
	return cached{sum, parse(File{name, content}, limits)}
}

func (r *Reader) now() time.Time {
	if r.Now == nil {
		return time.Now()
	}
	return r.Now()
}

func (r *Reader) known(name string) (cached, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c, ok := r.parsed[name]
	return c, ok
}

// keep replaces what is kept, so that files that are gone are forgotten.
func (r *Reader) keep(parsed map[string]cached) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.parsed = parsed
}

// readFile reads no more of a file than one byte over the limit.
func readFile(fsys fs.FS, name string, limit int64) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() > limit {
		return nil, errTooLarge
	}
	content, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(content)) > limit {
		return nil, errTooLarge
	}
	return content, err
}

var errTooLarge = errors.New("the file is too large")
