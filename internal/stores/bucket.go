package stores

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// bucket is a folder with blocks of a Thanos.
type bucket struct{ dir string }

func newBucket(t testing.TB) bucket {
	t.Helper()
	return bucket{t.TempDir()}
}

func (b bucket) flag() string {
	return fmt.Sprintf("--objstore.config={type: FILESYSTEM, config: {directory: %q}}", b.dir)
}

// meta is what a block says about itself; Thanos adds a section to it.
type meta struct {
	path             string
	MinTime, MaxTime int64
	Thanos           thanosMeta
}

type thanosMeta struct {
	Version    int               `json:"version"`
	Labels     map[string]string `json:"labels"`
	Downsample resolution        `json:"downsample"`
	Source     string            `json:"source"`
}

// resolution is in milliseconds, 0 for raw samples.
type resolution struct {
	Resolution int64 `json:"resolution"`
}

// blocks returns the blocks that are complete: what a block says about itself is
// written last.
func (b bucket) blocks() []meta {
	paths, _ := filepath.Glob(filepath.Join(b.dir, "*", "meta.json")) // the pattern is well-formed
	var all []meta
	for _, path := range paths {
		m := meta{path: path}
		if text, err := os.ReadFile(path); err == nil && json.Unmarshal(text, &m) == nil {
			all = append(all, m)
		}
	}
	return all
}

// label gives all blocks external labels.
func (b bucket) label(t testing.TB, labels map[string]string) {
	t.Helper()
	for _, m := range b.blocks() {
		text, err := os.ReadFile(m.path)
		if err != nil {
			t.Fatal(err)
		}
		var all map[string]any
		if err := json.Unmarshal(text, &all); err != nil {
			t.Fatalf("%s: %v", m.path, err)
		}
		all["thanos"] = thanosMeta{Version: 1, Labels: labels, Source: "sidecar"}
		if text, err = json.Marshal(all); err != nil {
			t.Fatal(err)
		}
		write(t, m.path, string(text))
	}
}

// downsample adds a block of five-minute points to each block that is long
// enough, and deletes the raw ones that ended longer ago than raw.
func (b bucket) downsample(t testing.TB, path string, raw time.Duration) {
	t.Helper()
	blocks := slices.DeleteFunc(b.blocks(), meta.short)
	p := run(t, func(context.Context) bool { return b.coarse() == len(blocks) },
		path, "tools", "bucket", "downsample", b.flag(), "--data-dir="+t.TempDir(), "--http-address="+freeAddress(t))
	p.Stop()
	for _, m := range blocks {
		if time.Since(time.UnixMilli(m.MaxTime)) < raw {
			continue
		}
		if err := os.RemoveAll(filepath.Dir(m.path)); err != nil {
			t.Fatal(err)
		}
	}
}

// short reports whether Thanos leaves a block as it is.
func (m meta) short() bool {
	return time.Duration(m.MaxTime-m.MinTime)*time.Millisecond < 40*time.Hour
}

// coarse returns the number of downsampled blocks.
func (b bucket) coarse() (n int) {
	for _, m := range b.blocks() {
		if m.Thanos.Downsample.Resolution > 0 {
			n++
		}
	}
	return n
}
