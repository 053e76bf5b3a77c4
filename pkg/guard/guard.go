// Package guard keeps a panic from ending the process, so that one request cannot
// take down the answers to all others.
package guard

import (
	"fmt"
	"runtime/debug"
)

// PanicError describes a panic, which is a fault of this program.
type PanicError struct {
	Value any
	// Stack of the goroutine at the panic.
	Stack string
}

// Error returns what to do. The stack is for the log.
func (e *PanicError) Error() string {
	return fmt.Sprintf("the plugin failed: %v; please report this with the log of the Grafana server", e.Value)
}

// Func returns a function that does as f does, with a panic as its error. A
// goroutine needs it because nothing outside of it can recover its panics.
func Func(f func() error) func() error {
	return func() (err error) {
		defer Recover(&err)
		return f()
	}
}

// Recover sets the error to the panic, if there is one. It must be deferred itself.
func Recover(err *error) {
	if p := recover(); p != nil {
		*err = &PanicError{Value: p, Stack: string(debug.Stack())}
	}
}
