//go:build !linux

package attack_test

import "testing"

func limitMemory(t *testing.T, _ int) {
	t.Helper()
	t.Skip("this test limits the memory of a process as only Linux does")
}
