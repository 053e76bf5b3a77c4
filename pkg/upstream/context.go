package upstream

import (
	"context"
	"errors"
)

// joinContexts returns a context that ends with either, and with its cause.
func joinContexts(ctx, other context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(other, func() { cancel(context.Cause(other)) })
	return ctx, func() { stop(); cancel(nil) }
}

// contextError returns the error of a context that has ended: its cause if that is
// a client's error.
func contextError(ctx context.Context) *Error {
	cause := context.Cause(ctx)
	if e, ours := errors.AsType[*Error](cause); ours {
		return e
	}
	return callerError(cause)
}

// callerError returns the error of a caller whose context has ended.
func callerError(err error) *Error {
	if errors.Is(err, context.DeadlineExceeded) {
		return &Error{
			Kind: Timeout, cause: err,
			Message: "there was no answer within the time that the caller allowed",
			Hint:    "Allow more time, or ask for less at once",
		}
	}
	return &Error{Kind: Canceled, cause: err, Message: "the query was canceled"}
}
