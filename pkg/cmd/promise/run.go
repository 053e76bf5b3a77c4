package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/alecthomas/kong"
)

// The exit codes.
const (
	exitFine = 0
	// exitFailed: a definition is invalid, or an SLO could not be computed.
	exitFailed = 1
	// exitExhausts: a change would take what is left of a budget, or what is known of it.
	exitExhausts = 3
	// exitUsage: the command line does not make sense.
	exitUsage = 2
	// exitInterrupted follows the convention of shells for Ctrl-C.
	exitInterrupted = 130
)

// system describes what a command sees of its process.
type system struct {
	stdout, stderr io.Writer
	env            func(name string) string
	now            func() time.Time
}

// command runs a subcommand. Its error has a code of its own if it is an *exit, and
// means wrong usage otherwise.
type command interface {
	run(ctx context.Context, sys system) error
}

// exit ends the command with a code, after a line to stderr if there is text.
type exit struct {
	code int
	text string
}

func (e *exit) Error() string { return e.text }

// run runs the command with its arguments, and returns the exit code.
func run(ctx context.Context, args []string, sys system) int {
	chosen, name, err := parse(args, sys)
	if err == nil && chosen != nil {
		err = chosen.run(ctx, sys)
	}
	return sys.code(ctx, err, name)
}

// code prints an error of the subcommand with that name, and returns the exit code
// for it.
func (sys system) code(ctx context.Context, err error, name string) int {
	if err == nil {
		return exitFine
	}
	if ctx.Err() != nil {
		fmt.Fprintln(sys.stderr, "promise: interrupted")
		return exitInterrupted
	}
	end := &exit{exitUsage, err.Error()}
	if !errors.As(err, &end) && !errors.Is(err, fs.ErrNotExist) {
		end.text += "; see " + strings.TrimSpace("promise "+name) + " --help"
	}
	if end.text != "" {
		fmt.Fprintf(sys.stderr, "promise: %s\n", end.text)
	}
	return end.code
}

// parse returns the chosen subcommand, nil if only help was asked for, and its name,
// empty if none was chosen.
func parse(args []string, sys system) (chosen command, name string, err error) {
	var line cli
	helped := false
	parser, err := kong.New(&line, append(parserOptions(),
		kong.Writers(sys.stdout, sys.stderr),
		kong.Exit(func(int) { helped = true }),
	)...)
	if err != nil {
		return nil, "", err
	}
	parsed, err := parser.Parse(args)
	var refused *kong.ParseError
	if errors.As(err, &refused) {
		parsed = refused.Context
	}
	if parsed != nil && parsed.Selected() != nil {
		name = parsed.Selected().Path()
	}
	switch {
	case helped:
		return nil, "", nil
	case err != nil && strings.Contains(err.Error(), "not a valid duration string"):
		return nil, name, fmt.Errorf("%w: write a whole number and a unit, such as 30s or 7d", err)
	case err != nil:
		return nil, name, err
	}
	return parsed.Selected().Target.Addr().Interface().(command), name, nil
}
