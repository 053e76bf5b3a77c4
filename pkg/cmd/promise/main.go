// Command promise checks definitions of service level objectives, and shows the
// status of the objectives on any server that speaks the Prometheus HTTP API.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // calendar windows name time zones, also where the system has none
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	sys := system{stdout: os.Stdout, stderr: os.Stderr, env: os.Getenv, now: time.Now}
	os.Exit(run(ctx, os.Args[1:], sys))
}
