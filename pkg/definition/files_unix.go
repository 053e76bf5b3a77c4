//go:build !windows

package definition

import (
	"os"
	"syscall"
)

// openFlag opens a named pipe that nobody writes to without waiting for one.
const openFlag = os.O_RDONLY | syscall.O_NONBLOCK
