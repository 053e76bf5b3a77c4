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

// bucket names a folder with blocks of a Thanos.
type bucket struct{ dir string }

func newBucket(t testing.TB) bucket {
	t.Helper()
	return bucket{t.TempDir()}
}

func (b bucket) flag() string {
	return fmt.Sprintf("--objstore.config={type: FILESYSTEM, config: {directory: %q}}", b.dir)
}

// meta holds what a block says about itself; Thanos adds a section to it.
type meta struct {
	path             string
	MinTime, MaxTime int64
	Thanos           thanosMeta
}

type thanosMeta struct {
	Version    int               `json:"version"`
	Labels     map[string]string `json:"labels"`
	Downsample resolutionSection `json:"downsample"`
	Source     string            `json:"source"`
}

// Resolution in milliseconds, 0 for raw samples.
type resolutionSection struct {
	Resolution int64 `json:"resolution"`
}

// blocks returns the blocks that are complete: a block's description of itself is
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
	blocks := slices.DeleteFunc(b.blocks(), meta.isShort)
	p := run(t, func(context.Context) bool { return b.downsampledBlocks() == len(blocks) },
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

// isShort reports whether Thanos leaves a block as it is.
func (m meta) isShort() bool {
	return time.Duration(m.MaxTime-m.MinTime)*time.Millisecond < 40*time.Hour
}

// downsampledBlocks returns the number of downsampled blocks.
func (b bucket) downsampledBlocks() (n int) {
	for _, m := range b.blocks() {
		if m.Thanos.Downsample.Resolution > 0 {
			n++
		}
	}
	return n
}
