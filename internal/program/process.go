package program

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"time"
)

// Process runs a program in the background.
type Process struct {
	command *exec.Cmd
	log     *logTail
	end     context.CancelFunc
	done    chan struct{}
	exit    error
}

// stopTime limits how long a process may take to stop before it is killed.
const stopTime = 10 * time.Second

// Start runs an executable until Stop is called or ctx is done; on Linux the
// process also ends with this one. Each line that it writes to its standard
// error is passed to watch, unless that is nil.
func Start(ctx context.Context, watch func(line string), binary string, args ...string) (*Process, error) {
	ctx, end := context.WithCancel(ctx)
	p := &Process{
		command: exec.CommandContext(ctx, binary, args...),
		log:     &logTail{},
		end:     end,
		done:    make(chan struct{}),
	}
	dieWithParent(p.command)
	p.command.Cancel = func() error { return interrupt(p.command.Process) }
	p.command.WaitDelay = stopTime
	if err := p.launch(watch); err != nil {
		end()
		return nil, fmt.Errorf("starting %s: %w", binary, err)
	}
	return p, nil
}

func (p *Process) launch(watch func(line string)) error {
	stderr, err := p.command.StderrPipe()
	if err != nil {
		return err
	}
	started := make(chan error)
	go p.run(stderr, watch, started)
	return <-started
}

// run starts the process and sees it to its end. The kernel ends the process
// with the thread that started it, hence one goroutine for all of its life.
func (p *Process) run(stderr io.Reader, watch func(line string), started chan<- error) {
	defer lockThread()()
	defer close(p.done)
	err := p.command.Start()
	started <- err
	if err != nil {
		return
	}
	p.log.read(stderr, watch)
	p.exit = p.command.Wait()
}

// Await waits until ready returns true. The error says that the process has ended or
// that ctx is done, with the end of its log.
func (p *Process) Await(ctx context.Context, ready func(context.Context) bool) error {
	for !ready(ctx) {
		select {
		case <-p.done:
			return fmt.Errorf("%s did not get ready: it ended: %w; the end of its log:\n%s", p.command.Path, p.exit, p.log)
		case <-ctx.Done():
			return fmt.Errorf("%s did not get ready: %w; the end of its log:\n%s", p.command.Path, ctx.Err(), p.log)
		case <-time.After(20 * time.Millisecond):
		}
	}
	return nil
}

// Stop ends the process, by force if it does not end in time, and returns when
// it has ended. Stopping a process twice is harmless.
func (p *Process) Stop() {
	p.end()
	<-p.done
}

// Answers reports whether a URL answers with 200 OK.
func Answers(ctx context.Context, url string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK
}
