package main

import (
	"io"
	"os"

	"golang.org/x/term"
)

// terminal says whether the output goes to a person's screen.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// width is that of the terminal in characters, 0 if it is unlimited or unknown.
func width(w io.Writer) int {
	if !terminal(w) {
		return 0
	}
	columns, _, err := term.GetSize(int(w.(*os.File).Fd()))
	if err != nil {
		return 0
	}
	return columns
}

// colored says whether to paint (see no-color.org).
func (w world) colored() bool {
	return terminal(w.stdout) && w.env("NO_COLOR") == "" && w.env("TERM") != "dumb"
}
