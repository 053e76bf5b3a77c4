package build

import (
	"fmt"
	"os"

	"github.com/magefile/mage/sh"
	"github.com/magefile/mage/target"
)

// FrontEnd installs the front end's dependencies, checks it and builds it into
// dist. Without a package.json there is no front end.
func FrontEnd() error {
	if _, err := os.Stat("package.json"); os.IsNotExist(err) {
		fmt.Println("No package.json: there is no front end to check.")
		return nil
	}
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

// EndToEnd runs the front end's tests in a browser. They are skipped, and say so,
// unless GRAFANA_URL names a Grafana with the plugin and its provisioning.
func EndToEnd() error {
	if err := install(); err != nil {
		return err
	}
	if os.Getenv("GRAFANA_URL") == "" {
		fmt.Println("GRAFANA_URL names no Grafana: the end-to-end tests are skipped.")
	}
	return sh.RunV("npm", "run", "test:e2e")
}

// install installs what the lock file names, unless that was done already.
func install() error {
	outdated, err := target.Path("node_modules/.package-lock.json", "package-lock.json")
	if err != nil || !outdated {
		return err
	}
	return sh.RunV("npm", "ci", "--no-audit", "--no-fund")
}
