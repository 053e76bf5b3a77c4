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

// BinaryVariable is the environment variable that names a Prometheus
// executable to use instead of building one.
const BinaryVariable = "PROMISE_PROMETHEUS"

// module is the folder of the module that pins the server's version, below
// the repository's top folder.
var module = filepath.Join("tools", "prometheus")

// Binary is the path of a Prometheus executable: the one that the environment
// names, else the one in the repository's .cache folder, which is built first
// if it is missing. Building takes some minutes; processes that ask at the same
// time wait for one build.
func Binary(ctx context.Context) (string, error) {
	if path := os.Getenv(BinaryVariable); path != "" {
		if _, err := exec.LookPath(path); err != nil {
			return "", fmt.Errorf("%s=%s does not name an executable: %w", BinaryVariable, path, err)
		}
		return path, nil
	}
	top, err := repository()
	if err != nil {
		return "", err
	}
	path, err := cached(top)
	if err != nil {
		return "", err
	}
	if exists(path) {
		return path, nil
	}
	return path, buildOnce(ctx, top, path)
}

// repository is the closest folder, from the working directory upwards, that
// has the server's module.
func repository() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		if exists(filepath.Join(dir, module, "go.mod")) {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no folder from %s upwards has %s; run inside the repository or set %s",
				start, filepath.Join(module, "go.mod"), BinaryVariable)
		}
	}
}

// cached is where the server is kept: a name that changes with its version.
func cached(top string) (string, error) {
	sums, err := os.ReadFile(filepath.Join(top, module, "go.sum"))
	if err != nil {
		return "", err
	}
	key := sha256.Sum256(append(sums, runtime.Version()...))
	name := fmt.Sprintf("prometheus-%x", key[:6])
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(top, ".cache", name), nil
}

// buildTime is how long a build may take, or waiting for another one.
const buildTime = 15 * time.Minute

func buildOnce(ctx context.Context, top, path string) error {
	ctx, cancel := context.WithTimeout(ctx, buildTime)
	defer cancel()
	lock, err := acquire(ctx, path+".lock")
	if err != nil {
		return fmt.Errorf("waiting for another build of Prometheus: %w", err)
	}
	build := error(nil)
	if !exists(path) {
		build = buildServer(ctx, top, path)
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

// buildServer leaves nothing at path unless the build is complete.
func buildServer(ctx context.Context, top, path string) error {
	unfinished := path + ".unfinished"
	build := exec.CommandContext(ctx, "go", "build", "-tags", "remove_all_sd", "-o", unfinished,
		"github.com/prometheus/prometheus/cmd/prometheus")
	build.Dir = filepath.Join(top, module)
	build.Env = append(os.Environ(), "GOOS=", "GOARCH=", "GOFLAGS=", "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building Prometheus in %s: %w\n%s", build.Dir, err, out)
	}
	return os.Rename(unfinished, path)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
