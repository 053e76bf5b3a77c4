package definition

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Folder returns the file system of a folder. Like the root's own it does not
// follow symbolic links out of the folder, and unlike it, it does not wait: to
// open a named pipe is no error, and takes no time.
func Folder(root *os.Root) fs.FS { return folder{root} }

type folder struct{ root *os.Root }

// Open opens a file or a folder.
func (f folder) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	return asFile(f.root.OpenFile(name, openFlag, 0))
}

// Stat returns what is known of a file without opening it.
func (f folder) Stat(name string) (fs.FileInfo, error) { return f.root.Stat(name) }

// Disk opens files by the names that people write, so that problems name files as
// they were given. It does not wait either.
type Disk struct{}

// Open opens a file or a folder.
func (Disk) Open(name string) (fs.File, error) {
	return asFile(os.OpenFile(filepath.FromSlash(name), openFlag, 0))
}

// Stat returns what is known of a file without opening it, since opening a device
// may have side effects.
func (Disk) Stat(name string) (fs.FileInfo, error) { return os.Stat(filepath.FromSlash(name)) }

// asFile avoids returning a typed nil as fs.File.
func asFile(f *os.File, err error) (fs.File, error) {
	if err != nil {
		return nil, err
	}
	return f, nil
}

var (
	errTooLarge = errors.New("the file is too large")
	errChanges  = errors.New("the file changes while it is read")
)

// attempts bounds how often a file is read that changes meanwhile.
const attempts = 3

// readFile returns the content of a file, of which it reads no more than one byte
// over the limit. What has become something else than a regular file since it was
// listed is not read.
func readFile(fsys fs.FS, name string, limit int64) ([]byte, error) {
	for range attempts {
		content, err := readOnce(fsys, name, limit)
		if !errors.Is(err, errChanges) {
			return content, err
		}
	}
	return nil, errChanges
}

func readOnce(fsys fs.FS, name string, limit int64) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	before, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case !before.Mode().IsRegular():
		return nil, irregular(before.Mode())
	case before.Size() > limit:
		return nil, errTooLarge
	}
	content, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(content)) > limit {
		return nil, errTooLarge
	}
	after, err := f.Stat()
	if err == nil && (after.Size() != before.Size() || !after.ModTime().Equal(before.ModTime())) {
		return nil, errChanges
	}
	return content, err
}

// irregular describes what is no regular file.
type irregular fs.FileMode

// Error tells what it is instead.
func (m irregular) Error() string {
	kind := "something else"
	switch mode := fs.FileMode(m); {
	case mode&fs.ModeNamedPipe != 0:
		kind = "a named pipe"
	case mode&fs.ModeSocket != 0:
		kind = "a socket"
	case mode&fs.ModeDevice != 0:
		kind = "a device"
	case mode.IsDir():
		kind = "a folder"
	}
	return fmt.Sprintf("is %s, not a regular file, and was not read", kind)
}
