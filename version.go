// Package promise tells the version of plugin and command line.
package promise

import (
	_ "embed"
	"encoding/json"
)

//go:embed package.json
var packageJSON []byte

// Version returns the version in package.json, from which the front end's build
// takes that of plugin.json and the SDK's build that of the plugin's executable.
func Version() string {
	var manifest struct {
		Version string `json:"version"`
	}
	if err := json.Unmarshal(packageJSON, &manifest); err != nil {
		return "unknown" // npm does not install from such a file
	}
	return manifest.Version
}
