package build

import (
	"archive/zip"
	"crypto/sha1" //nolint:gosec // Grafana's catalog asks for this digest; it protects nothing here
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/magefile/mage/sh"
)

// releases names the folder for packages.
const releases = "release"

// Package zips dist as Grafana's catalog takes it, as grafana/plugin-actions
// does on GitHub: release/ID-VERSION.zip, with its digests beside it. It returns
// the path of the package.
func Package() (string, error) {
	plugin, err := readMetadata(filepath.Join(dist, "plugin.json"))
	if err != nil {
		return "", err
	}
	to := plugin.archive()
	if err := pack(os.DirFS(dist), to, plugin.ID); err != nil {
		return "", fmt.Errorf("packing %s: %w", to, err)
	}
	return to, writeDigests(to)
}

// metadata describes the plugin as far as packing needs it.
type metadata struct {
	ID   string `json:"id"`
	Info struct {
		Version string `json:"version"`
	} `json:"info"`
}

// archive returns the path of the plugin's package.
func (m metadata) archive() string { return filepath.Join(releases, m.ID+"-"+m.Info.Version+".zip") }

func readMetadata(file string) (metadata, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return metadata{}, err
	}
	var m metadata
	if err := json.Unmarshal(content, &m); err != nil {
		return metadata{}, fmt.Errorf("%s: %w", file, err)
	}
	return m, nil
}

// pack writes files into a zip, inside a folder. The same files give the same
// bytes.
func pack(files fs.FS, to, folder string) (err error) {
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
	return fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error { // in lexical order
		if err != nil || entry.IsDir() {
			return err
		}
		return add(archive, path.Join(folder, name), files, name)
	})
}

// add copies one file into an archive, with its time and mode.
func add(archive *zip.Writer, as string, files fs.FS, name string) error {
	info, err := fs.Stat(files, name)
	if err != nil {
		return err
	}
	header, err := zip.FileInfoHeader(info)
	if err != nil {
		return err
	}
	header.Name, header.Method = as, zip.Deflate
	content, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	to, err := archive.CreateHeader(header)
	if err != nil {
		return err
	}
	_, err = to.Write(content)
	return err
}

// writeDigests writes the digests of a file into files beside it, in the form
// that "sha256sum --check" reads.
func writeDigests(file string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	line := func(digest []byte) []byte { return fmt.Appendf(nil, "%x  %s\n", digest, filepath.Base(file)) }
	sum1, sum256 := sha1.Sum(content), sha256.Sum256(content) //nolint:gosec // see above
	return errors.Join(
		os.WriteFile(file+".sha1", line(sum1[:]), 0o644),
		os.WriteFile(file+".sha256", line(sum256[:]), 0o644),
	)
}

// validator names Grafana's validator in npm's registry.
const validator = "@grafana/plugin-validator@0.31.0"

// Validate runs Grafana's validator on the package and the source code.
func Validate() error {
	plugin, err := readMetadata(filepath.Join(dist, "plugin.json"))
	if err != nil {
		return err
	}
	arguments := []string{"-sourceCodeUri", "file://.", plugin.archive()}
	if binary := os.Getenv("PLUGIN_VALIDATOR"); binary != "" {
		return sh.RunV(binary, arguments...)
	}
	return sh.RunV("npx", append([]string{"--yes", validator}, arguments...)...)
}
