package memlimit_test

import (
	"math"
	"runtime/debug"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/internal/memlimit"
)

func TestShares(t *testing.T) {
	const mebibyte = 1 << 20
	old := debug.SetMemoryLimit(-1)
	t.Cleanup(func() { debug.SetMemoryLimit(old) })
	for _, test := range []struct {
		name                    string
		limit, ledgers, answers int64
	}{
		{"no limit", math.MaxInt64, 512 * mebibyte, 512 * mebibyte},
		{"1,000 MiB", 1000 * mebibyte, 400 * mebibyte, 250 * mebibyte},
		{"8,000 MiB", 8000 * mebibyte, 512 * mebibyte, 2000 * mebibyte},
	} {
		debug.SetMemoryLimit(test.limit)
		if l, a := memlimit.Ledgers(), memlimit.Answers(); l != test.ledgers || a != test.answers {
			t.Errorf("%s: %d bytes for ledgers and %d for answers, want %d and %d", test.name, l, a, test.ledgers, test.answers)
		}
	}
}
