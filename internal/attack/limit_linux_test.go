package attack_test

import (
	"testing"

	"golang.org/x/sys/unix"
)

// limitMemory has the kernel refuse a process more memory than hardLimit, which
// ends it.
func limitMemory(t *testing.T, pid int) {
	t.Helper()
	if err := unix.Prlimit(pid, unix.RLIMIT_DATA, &unix.Rlimit{Cur: hardLimit, Max: hardLimit}, nil); err != nil {
		t.Fatal(err)
	}
}
