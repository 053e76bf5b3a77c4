package upstream

import (
	"errors"
	"fmt"

	"github.com/cenkalti/backoff/v5"
)

// Kind says what went wrong, for callers that act on it.
type Kind int

const (
	// Unreachable: no connection, or it broke before an answer began.
	Unreachable Kind = iota
	// Unauthorized: the server answered 401 or 403.
	Unauthorized
	// NotPrometheus: what answers does not speak the Prometheus HTTP API.
	NotPrometheus
	// BadQuery: the expression is at fault, or its result is not made of
	// numbers.
	BadQuery
	// LimitExceeded: the question or its answer exceeds a limit.
	LimitExceeded
	// Throttled: the server asked for fewer requests, again and again, or to
	// wait for longer than anybody wants to.
	Throttled
	// Unavailable: the server or a part of it failed, again and again.
	Unavailable
	// Truncated: the answer was cut off or is not valid JSON.
	Truncated
	// Cancelled: the caller no longer wants the answer.
	Cancelled
	// Timeout: the answer took longer than the caller, Options.Timeout or the
	// server itself allows.
	Timeout
)

var kindNames = [...]string{
	"unreachable", "unauthorized", "not Prometheus", "bad query", "too much",
	"throttled", "unavailable", "truncated", "cancelled", "timeout",
}

// String names the kind.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return fmt.Sprintf("kind %d", int(k))
	}
	return kindNames[k]
}

// Error is every error that a Client returns. Its text names the server by an
// address without user information and parameters, and has no headers.
type Error struct {
	Kind Kind
	// Message is a sentence that says what is wrong.
	Message string
	// Hint is a sentence that says what to do about it; it may be empty.
	Hint string
	// Status is the HTTP status of the answer, 0 if there was none.
	Status int

	cause error
	// passing says that the same request may succeed a little later.
	passing bool
	// late says that the client's own time for an answer was over.
	late bool
	// told says that somebody else saw the failure.
	told bool
	// final says that smaller requests exceed the same limit.
	final bool
	// after is the time that the server asked to wait for, nil if it did not.
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
