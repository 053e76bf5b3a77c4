package demo

import (
	"fmt"
	"time"
)

// work does something and says in a few words what came of it.
type work func() (result string, err error)

// step prints what is being done, and then how long it took.
func (d *demo) step(doing string, do work) error {
	fmt.Fprintf(d.out, "%s … ", doing)
	start := time.Now()
	result, err := do()
	if err != nil {
		fmt.Fprintln(d.out, "failed")
		return fmt.Errorf("%s: %w", doing, err)
	}
	fmt.Fprintf(d.out, "%s (%s)\n", result, took(time.Since(start)))
	return nil
}

// took returns a length of time with the digits that matter.
func took(t time.Duration) string {
	switch {
	case t < time.Millisecond:
		return "at once"
	case t < time.Second:
		return t.Round(time.Millisecond).String()
	default:
		return t.Round(100 * time.Millisecond).String()
	}
}
