package demo

import (
	"context"
	"os"
	"time"
)

// watchParent cancels when the process that started this one has ended: mage
// does not pass on that it was told to end. Windows does not tell, and goes on.
func watchParent(ctx context.Context, cancel context.CancelFunc) {
	parent := os.Getppid()
	for tick := time.NewTicker(time.Second); ; {
		select {
		case <-ctx.Done():
			tick.Stop()
			return
		case <-tick.C:
			if os.Getppid() != parent {
				cancel()
			}
		}
	}
}
