//go:build !linux

package program

import (
	"os"
	"os/exec"
	"runtime"
)

func dieWithParent(*exec.Cmd) {}

func lockThread() (unlock func()) { return func() {} }

func interrupt(p *os.Process) error {
	if runtime.GOOS == "windows" {
		return p.Kill() // Windows has no signals to ask politely with.
	}
	return p.Signal(os.Interrupt)
}
