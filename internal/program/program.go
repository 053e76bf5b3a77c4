// Package program finds, builds and runs the servers and tools that tests,
// benchmarks and the demo need. The plugin itself does not use it.
package program

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
	"strings"
	"time"

	"github.com/prometheus/prometheus/tsdb/fileutil"
)

// Program describes an executable that is built from a module of the
// repository which pins its version.
type Program struct {
	// Name names the executable.
	Name string
	// Module names the module's folder, below the repository's top folder.
	Module string
	// Main contains the import path of the main package.
	Main string
	// Tags contains build tags, separated by commas.
	Tags string
	// Variable names the environment variable that holds the path of an
	// executable to use instead of building one.
	Variable string
}

// Binary returns the path of the executable: the one that the environment
// names, else the one in the repository's .cache folder, which is built first
// if it is missing. Building takes some minutes; processes that ask at the same
// time wait for one build.
func (p Program) Binary(ctx context.Context) (string, error) {
	if path := os.Getenv(p.Variable); path != "" {
		if _, err := exec.LookPath(path); err != nil {
			return "", fmt.Errorf("%s=%s does not name an executable: %w", p.Variable, path, err)
		}
		return path, nil
	}
	top, err := p.repository()
	if err != nil {
		return "", err
	}
	path, err := p.cachePath(top)
	if err != nil {
		return "", err
	}
	if exists(path) {
		return path, nil
	}
	return path, p.buildOnce(ctx, top, path)
}

// repository returns the closest folder, from the working directory upwards,
// that has the program's module.
func (p Program) repository() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		if exists(filepath.Join(dir, p.Module, "go.mod")) {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no folder from %s upwards has %s; run inside the repository or set %s",
				start, filepath.Join(p.Module, "go.mod"), p.Variable)
		}
	}
}

// cachePath returns where the program is kept: a path that changes with its
// version.
func (p Program) cachePath(top string) (string, error) {
	sums, err := os.ReadFile(filepath.Join(top, p.Module, "go.sum"))
	if err != nil {
		return "", err
	}
	key := sha256.Sum256(append(sums, runtime.Version()...))
	name := fmt.Sprintf("%s-%x", p.Name, key[:6])
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(top, ".cache", name), nil
}

// buildTime limits a build, and waiting for another one.
const buildTime = 30 * time.Minute

func (p Program) buildOnce(ctx context.Context, top, path string) error {
	ctx, cancel := context.WithTimeout(ctx, buildTime)
	defer cancel()
	lock, err := acquire(ctx, path+".lock")
	if err != nil {
		return fmt.Errorf("waiting for another build of %s: %w", p.Name, err)
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
func (p Program) build(ctx context.Context, top, path string) error {
	unfinished := path + ".unfinished"
	build := exec.CommandContext(ctx, "go", "build", "-tags", p.Tags, "-o", unfinished, p.Main)
	build.Dir = filepath.Join(top, p.Module)
	build.Env = append(os.Environ(), "GOOS=", "GOARCH=", "GOFLAGS=", "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building %s in %s: %w\n%s", p.Name, build.Dir, err, strings.TrimSpace(string(out)))
	}
	return os.Rename(unfinished, path)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
