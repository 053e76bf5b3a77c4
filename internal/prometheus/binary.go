// Package prometheus runs a real Prometheus server and fills it with data, for
// tests, benchmarks and the demo. The plugin itself does not use it.
package prometheus

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"github.com/prometheus/prometheus/tsdb/fileutil"
)

// Environment variables that name an executable to use instead of building one.
const (
	BinaryVariable   = "PROMISE_PROMETHEUS"
	PromtoolVariable = "PROMISE_PROMTOOL"
)

// program is an executable of the Prometheus project.
type program struct {
	name string
	// module is the folder of the module that pins its version, below the
	// repository's top folder.
	module   string
	variable string
}

func server() program {
	return program{"prometheus", filepath.Join("tools", "prometheus"), BinaryVariable}
}

// Binary is the path of a Prometheus executable: the one that the environment
// names, else the one in the repository's .cache folder, which is built first
// if it is missing. Building takes some minutes; processes that ask at the same
// time wait for one build.
func Binary(ctx context.Context) (string, error) { return server().binary(ctx) }

// Promtool is the path of a promtool, found or built as Binary's is.
func Promtool(ctx context.Context) (string, error) {
	return program{"promtool", filepath.Join("tools", "promtool"), PromtoolVariable}.binary(ctx)
}

func (p program) binary(ctx context.Context) (string, error) {
	if path := os.Getenv(p.variable); path != "" {
		if _, err := exec.LookPath(path); err != nil {
			return "", fmt.Errorf("%s=%s does not name an executable: %w", p.variable, path, err)
		}
		return path, nil
	}
	top, err := p.repository()
	if err != nil {
		return "", err
	}
	path, err := p.cached(top)
	if err != nil {
		return "", err
	}
	if exists(path) {
		return path, nil
	}
	return path, p.buildOnce(ctx, top, path)
}

// repository is the closest folder, from the working directory upwards, that
// has the program's module.
func (p program) repository() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		if exists(filepath.Join(dir, p.module, "go.mod")) {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no folder from %s upwards has %s; run inside the repository or set %s",
				start, filepath.Join(p.module, "go.mod"), p.variable)
		}
	}
}

// cached is where the program is kept: a name that changes with its version.
func (p program) cached(top string) (string, error) {
	sums, err := os.ReadFile(filepath.Join(top, p.module, "go.sum"))
	if err != nil {
		return "", err
	}
	key := sha256.Sum256(append(sums, runtime.Version()...))
	name := fmt.Sprintf("%s-%x", p.name, key[:6])
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(top, ".cache", name), nil
}

// buildTime is how long a build may take, or waiting for another one.
const buildTime = 15 * time.Minute

func (p program) buildOnce(ctx context.Context, top, path string) error {
	ctx, cancel := context.WithTimeout(ctx, buildTime)
	defer cancel()
	lock, err := acquire(ctx, path+".lock")
	if err != nil {
		return fmt.Errorf("waiting for another build of %s: %w", p.name, err)
	}
	build := error(nil)
	if !exists(path) {
		build = p.build(ctx, top, path)
	}
	return errors.Join(build, lock.Release())
}

func acquire(ctx context.Context, path string) (fileutil.Releaser, error) {
	for {
		lock, _, err := fileutil.Flock(path)
		if err == nil || errors.Is(err, fs.ErrPermission) {
			return lock, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// build leaves nothing at path unless it is complete.
func (p program) build(ctx context.Context, top, path string) error {
	unfinished := path + ".unfinished"
	build := exec.CommandContext(ctx, "go", "build", "-tags", "remove_all_sd", "-o", unfinished,
		"github.com/prometheus/prometheus/cmd/"+p.name)
	build.Dir = filepath.Join(top, p.module)
	build.Env = append(os.Environ(), "GOOS=", "GOARCH=", "GOFLAGS=", "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building %s in %s: %w\n%s", p.name, build.Dir, err, out)
	}
	return os.Rename(unfinished, path)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
