package upstream

import (
	"errors"
	"fmt"

	"github.com/cenkalti/backoff/v5"
)

// Kind classifies an error for callers that act on it.
type Kind int

const (
	// No connection, or it broke before an answer began.
	Unreachable Kind = iota
	// The server answered 401 or 403.
	Unauthorized
	// What answers does not speak the Prometheus HTTP API.
	NotPrometheus
	// The expression is wrong, or its result does not consist of numbers.
	BadQuery
	// The query or its answer exceeds a limit.
	LimitExceeded
	// The server asked for fewer requests, again and again, or to wait for longer
	// than the caller does.
	Throttled
	// The server or a part of it failed, again and again.
	Unavailable
	// The answer was cut off or is not valid JSON.
	Truncated
	// The caller no longer wants the answer.
	Canceled
	// The answer took longer than the caller, Options.Timeout or the server itself
	// allows.
	Timeout
)

var kindNames = [...]string{
	"unreachable", "unauthorized", "not Prometheus", "bad query", "too much",
	"throttled", "unavailable", "truncated", "canceled", "timeout",
}

// String returns the name of the kind.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return fmt.Sprintf("kind %d", int(k))
	}
	return kindNames[k]
}

// Error describes every error that a Client returns. Its text names the server by
// an address without user information and parameters, and contains no headers.
type Error struct {
	Kind Kind
	// A sentence that says what is wrong.
	Message string
	// A sentence that says what to do about it; may be empty.
	Hint string
	// HTTP status of the answer, 0 if there was none.
	Status int

	cause error
	// transient says that the same request may succeed a little later.
	transient bool
	// clientTimeout says that the client's own time for an answer was over.
	clientTimeout bool
	// secondhand says that another caller saw the failure.
	secondhand bool
	// final says that smaller requests exceed the same limit.
	final bool
	// The time that the server asked to wait for, nil if it did not.
	after *backoff.RetryAfterError
}

// Error returns the message and what to do about it.
func (e *Error) Error() string {
	if e.Hint == "" {
		return e.Message
	}
	return e.Message + ". " + e.Hint
}

// Unwrap returns the cause, nil if the server's answer itself was the error.
func (e *Error) Unwrap() error { return e.cause }

// KindOf returns the kind of an error that a Client returned; ok is false for
// other errors.
func KindOf(err error) (kind Kind, ok bool) {
	if e, is := errors.AsType[*Error](err); is {
		return e.Kind, true
	}
	return 0, false
}
