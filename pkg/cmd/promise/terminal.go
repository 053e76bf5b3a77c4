package main

import (
	"io"
	"os"

	"golang.org/x/term"
)

// isTerminal reports whether the output goes to a terminal.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// terminalWidth returns the width in characters, 0 if it is unlimited or unknown.
func terminalWidth(w io.Writer) int {
	if !isTerminal(w) {
		return 0
	}
	columns, _, err := term.GetSize(int(w.(*os.File).Fd()))
	if err != nil {
		return 0
	}
	return columns
}

// useColor reports whether to paint (see no-color.org).
func (sys system) useColor() bool {
	return isTerminal(sys.stdout) && sys.env("NO_COLOR") == "" && sys.env("TERM") != "dumb"
}
