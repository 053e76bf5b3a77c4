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

// sendError returns the error of a request that got no answer.
func (c *Client) sendError(ctx context.Context, err error) *Error {
	if ctx.Err() != nil {
		return contextError(ctx)
	}
	// The outer error has the whole URL, parameters included.
	if outer, is := errors.AsType[*url.Error](err); is {
		if outer.Timeout() && !isDialError(err) {
			return c.clientTimeoutError(outer.Err)
		}
		err = outer.Err
	}
	if redirect, is := errors.AsType[*redirectError](err); is {
		return c.redirectionError(redirect)
	}
	return &Error{
		Kind: Unreachable, cause: err, transient: !isDialError(err) && !isCertificateError(err),
		Message: fmt.Sprintf("cannot connect to %s: %s", c.name(), err),
		Hint:    connectHint(err),
	}
}

func (c *Client) clientTimeoutError(err error) *Error {
	return &Error{
		Kind: Timeout, cause: err, clientTimeout: true,
		Message: fmt.Sprintf("%s did not answer within %s", c.name(), c.options.Timeout),
		Hint:    "Ask for less at once, or raise the timeout of this data source",
	}
}

func (c *Client) redirectionError(err *redirectError) *Error {
	e := c.notPrometheusError("redirects to " + err.to + ", " + err.reason)
	e.cause = err
	return e
}

// isDialError reports whether a connection could not be opened. Trying again at
// once rarely helps then.
func isDialError(err error) bool {
	operation, is := errors.AsType[*net.OpError](err)
	return is && (operation.Op == "dial" || operation.Op == "proxyconnect")
}

func isCertificateError(err error) bool {
	_, certificate := errors.AsType[*tls.CertificateVerificationError](err)
	_, record := errors.AsType[tls.RecordHeaderError](err)
	operation, is := errors.AsType[*net.OpError](err)
	// net has this operation for the alerts that the other side of TLS sends.
	alert := is && operation.Op == "remote error"
	return certificate || record || alert || speaksHTTP(err)
}

// speaksHTTP reports whether there is a plain server behind an https address;
// net/http has no type for that.
func speaksHTTP(err error) bool {
	return strings.Contains(err.Error(), "server gave HTTP response to HTTPS client")
}

func connectHint(err error) string {
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
	case isCertificateError(err):
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
		return contextError(ctx)
	}
	if e, ours := errors.AsType[*Error](err); ours {
		return e
	}
	e := c.classifyBody(response, err)
	e.Status = response.StatusCode
	return e
}

func (c *Client) classifyBody(response *http.Response, err error) *Error {
	reply, refused := errors.AsType[*replyError](err)
	_, foreign := errors.AsType[*shapeError](err)
	_, large := errors.AsType[*http.MaxBytesError](err)
	timeout, network := errors.AsType[net.Error](err)
	switch {
	case refused:
		return c.classify(response.StatusCode, reply.errorReply)
	case large:
		return c.tooLargeError(err)
	case errors.Is(err, errTooLarge) || errors.Is(err, errNoMemory):
		return c.noMemoryError(err)
	case errors.Is(err, context.DeadlineExceeded) || network && timeout.Timeout():
		return c.clientTimeoutError(err)
	case isNotJSON(err):
		return c.notPrometheusError("answered with something other than JSON, perhaps a login page")
	case foreign:
		e := c.notPrometheusError("answered with JSON in which " + err.Error())
		e.cause = err
		return e
	}
	return c.truncatedError(err)
}

func (c *Client) tooLargeError(err error) *Error {
	return &Error{
		Kind: LimitExceeded, cause: err,
		Message: fmt.Sprintf("the answer of %s is larger than the %d bytes allowed", c.name(), c.options.MaxResponse),
		Hint:    "Select fewer series or group by fewer labels, or allow for larger answers",
	}
}

// noMemoryError returns a final error: smaller requests for the same do not make
// the answer smaller.
func (c *Client) noMemoryError(err error) *Error {
	memory := c.options.Memory
	message := fmt.Sprintf("the answer of %s takes more than the %s of memory that one query may use", c.name(), mebibytes(memory.largestShare()))
	if errors.Is(err, errNoMemory) {
		message = fmt.Sprintf("there was no memory in time for the answer of %s: all answers that are being read share %s", c.name(), mebibytes(memory.limit))
	}
	return &Error{
		Kind: LimitExceeded, cause: err, final: true, Message: message,
		Hint: "Select fewer series or group by fewer labels, ask for a shorter time, or allow this process more memory",
	}
}

func mebibytes(n int64) string { return fmt.Sprintf("%.4g MiB", float64(n)/(1<<20)) }

// truncatedError returns an error that is worth another try if the connection
// broke, but not if the server wrote something that is not JSON.
func (c *Client) truncatedError(err error) *Error {
	return &Error{
		Kind: Truncated, cause: err, transient: !isBadJSON(err),
		Message: fmt.Sprintf("the answer of %s was cut off or is not valid JSON: %s", c.name(), err),
		Hint:    "Look for a proxy before the server that limits the size or the time of answers, and at the server's log",
	}
}
