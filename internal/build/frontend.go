// Package build implements the targets of the Magefile that take more than a
// command.
package build

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/magefile/mage/sh"
	"github.com/magefile/mage/target"
)

// FrontEnd installs the front end's dependencies, checks it and builds it into
// dist.
func FrontEnd() error {
	if err := install(); err != nil {
		return err
	}
	for _, script := range []string{"typecheck", "lint", "test:ci", "build"} {
		if err := sh.RunV("npm", "run", script); err != nil {
			return err
		}
	}
	return nil
}

// Bundle builds the front end into dist without checking it, unless what is there is
// as new as its sources.
func Bundle() error {
	if err := install(); err != nil {
		return err
	}
	outdated, err := target.Dir(filepath.Join(dist, "module.js"), "src", "img", "plugin.json", "package-lock.json", "webpack.config.ts", ".config")
	if err != nil || !outdated {
		return err
	}
	return sh.Run("npm", "run", "build")
}

// EndToEnd runs the tests in a browser. They are skipped, and say so, unless
// GRAFANA_URL names a Grafana with the plugin and its provisioning.
func EndToEnd() error {
	if err := install(); err != nil {
		return err
	}
	if os.Getenv("GRAFANA_URL") == "" {
		fmt.Println("GRAFANA_URL names no Grafana: the end-to-end tests are skipped.")
	}
	return sh.RunV("npm", "run", "e2e")
}

// install installs what the lock file names, unless it is installed already.
func install() error {
	outdated, err := target.Path("node_modules/.package-lock.json", "package-lock.json")
	if err != nil || !outdated {
		return err
	}
	return sh.RunV("npm", "ci", "--no-audit", "--no-fund")
}
