package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/alecthomas/kong"
)

// The exit codes.
const (
	exitFine = 0
	// exitFailed: a definition is invalid, or an SLO could not be computed.
	exitFailed = 1
	// exitUsage: the command line does not make sense.
	exitUsage = 2
	// exitInterrupted is what shells expect after Ctrl-C.
	exitInterrupted = 130
)

// world is what the command sees of the outside.
type world struct {
	stdout, stderr io.Writer
	env            func(name string) string
	now            func() time.Time
}

// command is one of the subcommands. Its error has a code of its own if it is
// an *exit, and else means wrong usage.
type command interface {
	run(ctx context.Context, w world) error
}

// exit ends the command with a code, after a line to stderr if there is text.
type exit struct {
	code int
	text string
}

func (e *exit) Error() string { return e.text }

// run is the command with its arguments; it returns the exit code.
func run(ctx context.Context, args []string, w world) int {
	chosen, err := parse(args, w)
	if err == nil && chosen != nil {
		err = chosen.run(ctx, w)
	}
	return w.code(ctx, err)
}

// code tells the error and is the exit code that it stands for.
func (w world) code(ctx context.Context, err error) int {
	if err == nil {
		return exitFine
	}
	if ctx.Err() != nil {
		fmt.Fprintln(w.stderr, "promise: interrupted")
		return exitInterrupted
	}
	end := &exit{exitUsage, fmt.Sprintf("%s; see promise --help", err)}
	errors.As(err, &end)
	if end.text != "" {
		fmt.Fprintf(w.stderr, "promise: %s\n", end.text)
	}
	return end.code
}

// parse is the chosen subcommand, nil if only help was asked for.
func parse(args []string, w world) (command, error) {
	var grammar grammar
	helped := false
	parser, err := kong.New(&grammar, append(about(),
		kong.Writers(w.stdout, w.stderr),
		kong.Exit(func(int) { helped = true }),
	)...)
	if err != nil {
		return nil, err
	}
	parsed, err := parser.Parse(args)
	switch {
	case helped:
		return nil, nil
	case err != nil && strings.Contains(err.Error(), "not a valid duration string"):
		return nil, fmt.Errorf("%w: write a whole number and a unit, such as 30s or 7d", err)
	case err != nil:
		return nil, err
	}
	return parsed.Selected().Target.Addr().Interface().(command), nil
}
