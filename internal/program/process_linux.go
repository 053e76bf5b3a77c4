package program

import (
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

// dieWithParent makes the kernel end the process when the thread that started it
// ends, so that a test that is killed leaves no server behind.
func dieWithParent(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }

// lockThread keeps the goroutine's thread alive until the returned function is
// called.
func lockThread() (unlock func()) {
	runtime.LockOSThread()
	return runtime.UnlockOSThread
}

func interrupt(p *os.Process) error { return p.Signal(syscall.SIGTERM) }
