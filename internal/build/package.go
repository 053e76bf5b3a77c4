package build

import (
	"crypto/sha1" //nolint:gosec // Grafana's catalogue asks for this digest; it protects nothing here
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"os"
	"path/filepath"
)

// releases is where packages are put.
const releases = "release"

// Package builds the plugin for all platforms and packs it as Grafana's
// catalogue takes it: release/ID-VERSION.zip, with its digests beside it. What
// would be refused there is an error.
func Package() error {
	if err := os.RemoveAll(filepath.Join(dist, "go_plugin_build_manifest")); err != nil {
		return err
	}
	if err := PluginForAll(); err != nil {
		return err
	}
	plugin, err := readMetadata(dist)
	if err != nil {
		return err
	}
	if err := errors.Join(refusals(dist, plugin)...); err != nil {
		return fmt.Errorf("the plugin in %s would be refused by Grafana's catalogue:\n%w", dist, err)
	}
	path := filepath.Join(releases, plugin.ID+"-"+plugin.Info.Version+".zip")
	if err := pack(dist, path, plugin); err != nil {
		return fmt.Errorf("packing %s: %w", path, err)
	}
	fmt.Println(path)
	return writeDigests(path)
}

// writeDigests writes the digests of a file into files beside it, in the form
// that "sha256sum --check" reads.
func writeDigests(path string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	for ending, digest := range map[string]hash.Hash{".sha1": sha1.New(), ".sha256": sha256.New()} { //nolint:gosec // see above
		digest.Write(content)
		line := fmt.Sprintf("%x  %s\n", digest.Sum(nil), filepath.Base(path))
		if err := os.WriteFile(path+ending, []byte(line), 0o644); err != nil {
			return err
		}
	}
	return nil
}
