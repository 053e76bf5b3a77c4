package build

import (
	"slices"
	"testing"
)

func TestFuzzTargets(t *testing.T) {
	const listing = `FuzzRewrite
FuzzParse
ok  	example.org/pkg/promql	0.006s
?   	example.org/pkg/budget	[no test files]
ok  	example.org/pkg/slo	0.006s
FuzzRead
ok  	example.org/pkg/definition	0.010s
`
	want := []fuzzTarget{
		{"FuzzRewrite", "example.org/pkg/promql"},
		{"FuzzParse", "example.org/pkg/promql"},
		{"FuzzRead", "example.org/pkg/definition"},
	}
	if got := fuzzTargets(listing); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
