package build

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/semver"
)

// metadata is what packing needs of a plugin.json
// (https://grafana.com/developers/plugin-tools/reference/plugin-json).
type metadata struct {
	ID         string `json:"id"`
	Type       string `json:"type"`
	Name       string `json:"name"`
	Executable string `json:"executable"`
	Info       struct {
		Description string `json:"description"`
		Version     string `json:"version"`
		Updated     string `json:"updated"`
		Logos       struct {
			Small string `json:"small"`
			Large string `json:"large"`
		} `json:"logos"`
		Screenshots []struct {
			Name string `json:"name"`
			Path string `json:"path"`
		} `json:"screenshots"`
		Links []struct {
			Name string `json:"name"`
			URL  string `json:"url"`
		} `json:"links"`
	} `json:"info"`
	Includes []struct {
		Name string `json:"name"`
		Path string `json:"path"`
	} `json:"includes"`
	Dependencies struct {
		Grafana string `json:"grafanaDependency"`
	} `json:"dependencies"`
}

func readMetadata(folder string) (metadata, error) {
	path := filepath.Join(folder, "plugin.json")
	content, err := os.ReadFile(path)
	if err != nil {
		return metadata{}, err
	}
	var m metadata
	if err := json.Unmarshal(content, &m); err != nil {
		return metadata{}, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

// platforms are those that the plugin SDK builds for, as its files are named.
var platforms = []string{"linux_amd64", "linux_arm64", "linux_arm", "darwin_amd64", "darwin_arm64", "windows_amd64.exe"}

var pluginID = regexp.MustCompile(`^[a-z0-9]+-[a-z0-9]+-(app|panel|datasource)$`)

// refusals are the reasons for which Grafana's catalogue would refuse a plugin
// that lies in a folder. They follow the analyzers of its validator
// (https://github.com/grafana/plugin-validator) as far as these look at the
// package and not at the network.
func refusals(folder string, plugin metadata) []error {
	var found []error
	refuse := func(format string, values ...any) { found = append(found, fmt.Errorf(format, values...)) }

	if !pluginID.MatchString(plugin.ID) || !strings.HasSuffix(plugin.ID, "-"+plugin.Type) {
		refuse("plugin.json: id: %q is not ORGANISATION-NAME-TYPE", plugin.ID)
	}
	if plugin.Name == "" || plugin.Info.Description == "" || len(plugin.Info.Links) == 0 {
		refuse("plugin.json: name, info.description and info.links must be there")
	}
	if !semver.IsValid("v" + plugin.Info.Version) {
		refuse("plugin.json: info.version: %q is no semantic version", plugin.Info.Version)
	}
	if _, err := time.Parse(time.DateOnly, plugin.Info.Updated); err != nil {
		refuse("plugin.json: info.updated: %q is no date such as 2026-01-31", plugin.Info.Updated)
	}
	if plugin.Dependencies.Grafana == "" {
		refuse("plugin.json: dependencies.grafanaDependency is missing")
	}
	if len(plugin.Info.Screenshots) == 0 {
		refuse("plugin.json: info.screenshots: there is none")
	}
	for _, name := range named(plugin) {
		if !holds(folder, name) {
			refuse("%s is missing or empty", name)
		}
	}
	found = append(found, strangers(folder)...)
	return append(found, relativeLinks(filepath.Join(folder, "README.md"))...)
}

// named are the files that must be there.
func named(plugin metadata) []string {
	names := []string{
		"module.js", "README.md", "CHANGELOG.md", "LICENSE", "go_plugin_build_manifest",
		plugin.Info.Logos.Small, plugin.Info.Logos.Large,
	}
	for _, s := range plugin.Info.Screenshots {
		names = append(names, s.Path)
	}
	for _, i := range plugin.Includes {
		names = append(names, i.Path)
	}
	for _, p := range platforms {
		names = append(names, plugin.Executable+"_"+p)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func holds(folder, name string) bool {
	info, err := os.Stat(filepath.Join(folder, name))
	return name != "" && err == nil && info.Mode().IsRegular() && info.Size() > 0
}

// strangers are files that belong to no package.
func strangers(folder string) []error {
	var found []error
	err := fs.WalkDir(os.DirFS(folder), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name != "." && strings.HasPrefix(entry.Name(), ".") || entry.Type()&fs.ModeSymlink != 0 || entry.Name() == "node_modules" {
			found = append(found, fmt.Errorf("%s does not belong into a package", name))
		}
		return nil
	})
	if err != nil {
		found = append(found, err)
	}
	return found
}
