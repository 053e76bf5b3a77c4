package stores

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
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

func limit(of string, most int) string {
	return fmt.Sprintf("--store.limits.request-%s=%d", of, most)
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

func (b bucket) blocks(t testing.TB) []meta {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(b.dir, "*", "meta.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all []meta
	for _, path := range paths {
		m := meta{path: path}
		if text, err := os.ReadFile(path); err != nil {
			t.Fatal(err)
		} else if err := json.Unmarshal(text, &m); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		all = append(all, m)
	}
	return all
}

// label gives all blocks external labels.
func (b bucket) label(t testing.TB, labels map[string]string) {
	t.Helper()
	for _, m := range b.blocks(t) {
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

// downsampled is the shortest block that Thanos downsamples.
const downsampled = 40 * time.Hour

// downsample adds a block of five-minute points to each block, and deletes the
// raw ones that ended longer ago than raw.
func (b bucket) downsample(t testing.TB, thanos string, raw time.Duration) {
	t.Helper()
	var old []meta
	want := 0
	for _, m := range b.blocks(t) {
		if time.Duration(m.MaxTime-m.MinTime)*time.Millisecond < downsampled {
			continue
		}
		want++
		if time.Since(time.UnixMilli(m.MaxTime)) > raw {
			old = append(old, m)
		}
	}
	p := run(t, func(context.Context) bool {
		return b.coarse() == want
	}, thanos, "tools", "bucket", "downsample", b.flag(), "--data-dir="+t.TempDir(), "--http-address="+freeAddress(t), "--log.level=warn")
	p.Stop()
	for _, m := range old {
		if err := os.RemoveAll(filepath.Dir(m.path)); err != nil {
			t.Fatal(err)
		}
	}
}

// coarse returns the number of downsampled blocks that are complete.
func (b bucket) coarse() int {
	paths, _ := filepath.Glob(filepath.Join(b.dir, "*", "meta.json"))
	n := 0
	for _, path := range paths {
		var m meta
		if text, err := os.ReadFile(path); err == nil && json.Unmarshal(text, &m) == nil && m.Thanos.Downsample.Resolution > 0 {
			n++
		}
	}
	return n
}
