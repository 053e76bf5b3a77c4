package build

import (
	"archive/zip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// pack writes the files of a folder into a zip, in a folder named for the
// plugin. The same files give the same bytes: their times are the day of the
// plugin's version.
func pack(folder, to string, plugin metadata) (err error) {
	at, err := time.Parse(time.DateOnly, plugin.Info.Updated)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	file, err := os.Create(to)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	archive := zip.NewWriter(file)
	defer func() { err = errors.Join(err, archive.Close()) }()
	files := os.DirFS(folder)
	return fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error { // in lexical order
		if err != nil || entry.IsDir() {
			return err
		}
		header := &zip.FileHeader{Name: path.Join(plugin.ID, name), Method: zip.Deflate, Modified: at}
		header.SetMode(modeOf(name, plugin))
		return add(archive, header, files, name)
	})
}

// modeOf makes the plugin's programs executable and nothing else.
func modeOf(name string, plugin metadata) fs.FileMode {
	if strings.HasPrefix(name, plugin.Executable) {
		return 0o755
	}
	return 0o644
}

func add(archive *zip.Writer, header *zip.FileHeader, files fs.FS, name string) error {
	from, err := files.Open(name)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := archive.CreateHeader(header)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	return err
}
