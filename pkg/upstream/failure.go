package upstream

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// gone returns the error of a caller whose context has ended.
func gone(err error) *Error {
	if errors.Is(err, context.DeadlineExceeded) {
		return &Error{
			Kind: Timeout, cause: err,
			Message: "there was no answer within the time that the caller allowed",
			Hint:    "Allow for more time, or ask for less at once",
		}
	}
	return &Error{Kind: Cancelled, cause: err, Message: "the query was cancelled"}
}

// ended returns the error of a context that has ended: the one that it was ended
// with, if that is a client's.
func ended(ctx context.Context) *Error {
	cause := context.Cause(ctx)
	if e, ours := errors.AsType[*Error](cause); ours {
		return e
	}
	return gone(cause)
}

// sendError returns the error of a request that got no answer.
func (c *Client) sendError(ctx context.Context, err error) *Error {
	if ctx.Err() != nil {
		return ended(ctx)
	}
	// The outer error has the whole URL, parameters included.
	if outer, is := errors.AsType[*url.Error](err); is {
		if outer.Timeout() && !dialling(err) {
			return c.slow(outer.Err)
		}
		err = outer.Err
	}
	if redirect, is := errors.AsType[*redirectError](err); is {
		return c.redirected(redirect)
	}
	return &Error{
		Kind: Unreachable, cause: err, passing: !dialling(err) && !untrusted(err),
		Message: fmt.Sprintf("cannot connect to %s: %s", c.name(), err),
		Hint:    connectMend(err),
	}
}

func (c *Client) slow(err error) *Error {
	return &Error{
		Kind: Timeout, cause: err, late: true,
		Message: fmt.Sprintf("%s did not answer within %s", c.name(), c.options.Timeout),
		Hint:    "Ask for less at once, or raise the timeout of this data source",
	}
}

func (c *Client) redirected(err *redirectError) *Error {
	e := c.notPrometheus("redirects to " + err.to + ", " + err.reason)
	e.cause = err
	return e
}

// dialling reports whether a connection could not be opened. Trying again at
// once rarely helps then.
func dialling(err error) bool {
	operation, is := errors.AsType[*net.OpError](err)
	return is && (operation.Op == "dial" || operation.Op == "proxyconnect")
}

func untrusted(err error) bool {
	_, certificate := errors.AsType[*tls.CertificateVerificationError](err)
	_, record := errors.AsType[tls.RecordHeaderError](err)
	operation, is := errors.AsType[*net.OpError](err)
	// net has this operation for the alerts that the other side of TLS sends.
	alert := is && operation.Op == "remote error"
	return certificate || record || alert || speaksHTTP(err)
}

// speaksHTTP recognises a plain server behind an https address; net/http has
// no type for it.
func speaksHTTP(err error) bool {
	return strings.Contains(err.Error(), "server gave HTTP response to HTTPS client")
}

func connectMend(err error) string {
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	_, misnamed := errors.AsType[x509.HostnameError](err)
	_, lookup := errors.AsType[*net.DNSError](err)
	switch {
	case unknown:
		return "Give the certificate of the authority that signed the server's certificate"
	case misnamed:
		return "Use a host name that the server's certificate has, or set the server name to expect"
	case speaksHTTP(err):
		return "Write http:// instead of https://"
	case untrusted(err):
		return "Check the TLS settings, and whether the server wants a client certificate"
	case lookup:
		return "Check the host name; it must be known where this program runs"
	}
	return "Check that the server runs, that host and port are right, and that no firewall is between"
}

// bodyError returns the error of a success whose body cannot be read or
// decoded.
func (c *Client) bodyError(ctx context.Context, response *http.Response, err error) *Error {
	if ctx.Err() != nil {
		return ended(ctx)
	}
	if e, ours := errors.AsType[*Error](err); ours {
		return e
	}
	e := c.judgeBody(response, err)
	e.Status = response.StatusCode
	return e
}

func (c *Client) judgeBody(response *http.Response, err error) *Error {
	said, refused := errors.AsType[*complaintError](err)
	_, foreign := errors.AsType[*shapeError](err)
	_, large := errors.AsType[*http.MaxBytesError](err)
	timeout, network := errors.AsType[net.Error](err)
	switch {
	case refused:
		return c.judge(response.StatusCode, said.complaint)
	case large:
		return c.tooLarge(err)
	case errors.Is(err, errTooLarge) || errors.Is(err, errNoMemory):
		return c.noMemory(err)
	case errors.Is(err, context.DeadlineExceeded) || network && timeout.Timeout():
		return c.slow(err)
	case neverJSON(err):
		return c.notPrometheus("answered with what is not JSON, perhaps a page to log in")
	case foreign:
		e := c.notPrometheus("answered with JSON in which " + err.Error())
		e.cause = err
		return e
	}
	return c.truncated(err)
}

func (c *Client) tooLarge(err error) *Error {
	return &Error{
		Kind: LimitExceeded, cause: err,
		Message: fmt.Sprintf("the answer of %s is larger than the %d bytes allowed", c.name(), c.options.MaxResponse),
		Hint:    "Select fewer series or group by fewer labels, or allow for larger answers",
	}
}

// noMemory is final: smaller requests for the same make no smaller answer.
func (c *Client) noMemory(err error) *Error {
	memory := c.options.Memory
	message := fmt.Sprintf("the answer of %s takes more than the %s of memory that one question may have", c.name(), mebibytes(memory.largest()))
	if errors.Is(err, errNoMemory) {
		message = fmt.Sprintf("there was no memory in time for the answer of %s: all answers that are being read share %s", c.name(), mebibytes(memory.limit))
	}
	return &Error{
		Kind: LimitExceeded, cause: err, final: true, Message: message,
		Hint: "Select fewer series or group by fewer labels, ask for a shorter time, or allow this process more memory",
	}
}

func mebibytes(n int64) string { return fmt.Sprintf("%.4g MiB", float64(n)/(1<<20)) }

// truncated is worth another try if the connection broke, but not if the
// server wrote what is not JSON.
func (c *Client) truncated(err error) *Error {
	return &Error{
		Kind: Truncated, cause: err, passing: !malformed(err),
		Message: fmt.Sprintf("the answer of %s was cut off or is not valid JSON: %s", c.name(), err),
		Hint:    "Look for a proxy before the server that limits the size or the time of answers, and at the server's log",
	}
}
