package demo

import (
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/term"

	"github.com/promise-slo/promise-slo-datasource/pkg/cmd/promise/board"
)

// output writes what the demo prints. When nobody reads it any more, the demo
// ends.
type output struct {
	to     io.Writer
	cancel func()
}

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	n, err := o.to.Write(p)
	if err != nil {
		o.cancel()
	}
	return n, err
}

// surviveClosedPipe makes a write to a closed pipe an error, which would else
// end this process before its children. The function that it returns undoes
// that.
func surviveClosedPipe() (undo func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGPIPE)
	return func() { signal.Stop(signals) }
}

// screen says how a board fits the terminal, if it is one.
func (o *output) screen(at time.Time) board.Options {
	options := board.Options{Now: at}
	f, ok := o.to.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return options
	}
	options.Color = os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" // see no-color.org
	if width, _, err := term.GetSize(int(f.Fd())); err == nil {
		options.Width = width
	}
	return options
}
