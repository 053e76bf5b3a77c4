package definition

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
)

// fleet is 2,000 SLOs in 500 files, each of which has all formats.
func fleet() fstest.MapFS {
	fsys := fstest.MapFS{}
	for i := range 500 {
		sloth := strings.Replace(slothGroupOfAll, "service: shop", fmt.Sprintf("service: shop-%d", i), 1)
		pyrra := strings.Replace(pyrraOfAll, "name: shop.errors", fmt.Sprintf("name: shop.errors-%d", i), 1)
		text := strings.Join([]string{numbered(1000 + i), sloth, pyrra}, "---\n")
		fsys[fmt.Sprintf("team%d/%d.yaml", i%20, i)] = file(text)
	}
	return fsys
}

func BenchmarkLoad(b *testing.B) {
	fsys := fleet()
	for b.Loop() {
		set, err := Load(context.Background(), fsys)
		if err != nil || len(set.SLOs) != 2000 {
			b.Fatal(len(set.SLOs), err)
		}
	}
}

func BenchmarkLoadAgain(b *testing.B) {
	fsys, r := fleet(), &Reader{}
	for b.Loop() {
		set, err := r.Load(context.Background(), fsys)
		if err != nil || len(set.SLOs) != 2000 {
			b.Fatal(len(set.SLOs), err)
		}
	}
}
