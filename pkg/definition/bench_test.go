package definition_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/deftest"
)

// fleet returns 2,000 SLOs in 500 files, each of which has all formats.
func fleet() fstest.MapFS {
	fsys := fstest.MapFS{}
	for i := range 500 {
		sloth := strings.Replace(deftest.SlothFile, "service: shop", fmt.Sprintf("service: shop-%d", i), 1)
		pyrra := strings.Replace(deftest.Pyrra, "name: shop.errors", fmt.Sprintf("name: shop.errors-%d", i), 1)
		text := strings.Join([]string{deftest.NumberedSLO(1000 + i), sloth, pyrra}, "---\n")
		fsys[fmt.Sprintf("team%d/%d.yaml", i%20, i)] = file(text)
	}
	return fsys
}

func BenchmarkLoad(b *testing.B) {
	fsys := fleet()
	for b.Loop() {
		set, err := definition.Load(context.Background(), fsys)
		if err != nil || len(set.SLOs) != 2000 {
			b.Fatal(len(set.SLOs), err)
		}
	}
}

func BenchmarkLoadAgain(b *testing.B) {
	fsys, r := fleet(), &definition.Reader{}
	for b.Loop() {
		set, err := r.Load(context.Background(), fsys)
		if err != nil || len(set.SLOs) != 2000 {
			b.Fatal(len(set.SLOs), err)
		}
	}
}
