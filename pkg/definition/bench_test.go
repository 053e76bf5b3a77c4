package definition

import (
	"context"
	"fmt"
	"testing"
	"testing/fstest"
)

// fleet is 2,000 SLOs in 500 files.
func fleet() fstest.MapFS {
	fsys := fstest.MapFS{}
	for i := range 500 {
		text := ""
		for j := range 4 {
			text += numbered(1000+4*i+j) + "---\n"
		}
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
