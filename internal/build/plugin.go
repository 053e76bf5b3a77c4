// Package build does what the targets of the Magefile say.
package build

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	sdk "github.com/grafana/grafana-plugin-sdk-go/build"
)

// dist is the folder that Grafana loads the plugin from.
const dist = "dist"

// assets are the files of the plugin that need no building, and where they are
// in dist.
var assets = map[string]string{
	"plugin.json": "plugin.json", "LICENSE": "LICENSE", "CHANGELOG.md": "CHANGELOG.md", "img": "img", "docs/images": "img",
}

// Plugin builds the plugin's executable for this machine and puts it into dist
// with everything else that belongs to the plugin.
func Plugin() error {
	if err := prepare(); err != nil {
		return err
	}
	return sdk.Build{}.Backend()
}

// PluginForAll is Plugin for all platforms that Grafana runs on, with the list
// of what was built from, which Grafana's catalogue asks for.
func PluginForAll() error {
	if err := prepare(); err != nil {
		return err
	}
	sdk.BuildAll()
	return sdk.Build{}.GenerateManifestFile()
}

func prepare() error {
	err := sdk.SetBeforeBuildCallback(func(c sdk.Config) (sdk.Config, error) {
		c.PluginJSONPath = "." // the SDK expects it in src
		return c, nil
	})
	if err != nil {
		return err
	}
	for from, to := range assets {
		if err := copyTree(from, filepath.Join(dist, to)); err != nil {
			return fmt.Errorf("putting %s into %s: %w", from, dist, err)
		}
	}
	if err := errors.Join(writeDashboards(filepath.Join(dist, "dashboards")), Provision(context.Background(), "provisioning")); err != nil {
		return err
	}
	return copyReadme("README.md", filepath.Join(dist, "README.md"))
}

// copyTree copies a file or a folder; one that does not exist is an error.
func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rest, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rest)
		if entry.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		return copyFile(path, target)
	})
}

func copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	return errors.Join(err, os.MkdirAll(filepath.Dir(to), 0o755), os.WriteFile(to, content, 0o644))
}
