package upstream

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// errorReply holds what a server says is wrong: the error part of the API's
// envelope, or the text of another answer.
type errorReply struct {
	Status    string `json:"status"`
	ErrorType string `json:"errorType"`
	Error     string `json:"error"`
	// json says that it came in the API's envelope.
	json bool
}

// At most maxErrorBody bytes of an error's body are read, and at most maxQuote of
// them shown if they are mere text.
const (
	maxErrorBody = 64 << 10
	maxQuote     = 300
)

// statusError returns the error of an unsuccessful answer.
func (c *Client) statusError(response *http.Response) error {
	body, _ := io.ReadAll(io.LimitReader(response.Body, maxErrorBody))
	e := c.classify(response.StatusCode, readErrorReply(response, body))
	e.Status = response.StatusCode
	if e.transient {
		e.after = retryAfter(response)
	}
	if e.after != nil && e.after.Duration > c.retries.maxWait {
		e.Message += fmt.Sprintf(". It asks to wait for %s", e.after.Duration.Round(time.Second))
	}
	return e
}

func readErrorReply(response *http.Response, body []byte) errorReply {
	var reply errorReply
	if err := json.Unmarshal(body, &reply); err == nil && reply.Status == "error" {
		reply.json = true
		return reply
	}
	if looksLikeHTML(response, body) {
		return errorReply{}
	}
	text := strings.Join(strings.Fields(strings.ToValidUTF8(string(body), "")), " ")
	if len(text) > maxQuote {
		text = strings.ToValidUTF8(text[:maxQuote], "") + "…"
	}
	return errorReply{Error: text}
}

func looksLikeHTML(response *http.Response, body []byte) bool {
	return strings.HasPrefix(response.Header.Get("Content-Type"), "text/html") ||
		strings.HasPrefix(http.DetectContentType(body), "text/html")
}

// classify returns the error for an answer, which says who is to blame. What the
// API's envelope says comes first, then the status.
func (c *Client) classify(status int, reply errorReply) *Error {
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return c.unauthorizedError(status, reply)
	case status == http.StatusTooManyRequests || reply.ErrorType == "too_many_requests":
		return c.throttledError(reply)
	case isTimeout(reply):
		return c.serverTimeoutError(reply)
	case reply.ErrorType == "cost_limit" || exceedsLimit(reply.Error):
		return c.limitError(reply)
	case status == http.StatusRequestEntityTooLarge && !reply.json:
		return c.limitError(reply)
	case isBadQuery(status, reply):
		return c.badQueryError(reply)
	case isServerFailure(status, reply):
		return c.unavailableError(status, reply)
	}
	return c.notPrometheusError(fmt.Sprintf("answered %s%s", statusText(status), quote(reply)))
}

func (c *Client) unauthorizedError(status int, reply errorReply) *Error {
	e := &Error{Kind: Unauthorized, Message: fmt.Sprintf("%s refused access with %s%s", c.name(), statusText(status), quote(reply))}
	e.Hint = "Check the user and password or the token, and the tenant (header X-Scope-OrgID) if the server has tenants"
	if status == http.StatusForbidden {
		e.Hint = "Ask for the right to query this server, and check the tenant (header X-Scope-OrgID) if the server has tenants"
	}
	return e
}

func (c *Client) throttledError(reply errorReply) *Error {
	return &Error{
		Kind: Throttled, transient: true,
		Message: c.name() + " gets more requests than it allows" + quote(reply),
		Hint:    "Lower the concurrency of this data source, or raise the server's request limit",
	}
}

func (c *Client) limitError(reply errorReply) *Error {
	return &Error{
		Kind:    LimitExceeded,
		Message: "the query exceeds a limit of " + c.name() + quote(reply),
		Hint:    "Select fewer series or group by fewer labels, or raise the server's limit; limits on points and length can be set on the data source",
	}
}

func (c *Client) badQueryError(reply errorReply) *Error {
	return &Error{
		Kind:    BadQuery,
		Message: c.name() + " cannot run the query" + quote(reply),
		Hint:    "Correct the expression; the server says where it is wrong",
	}
}

// serverTimeoutError returns an error that is not tried again, nor with less: the
// server has just used all the time that it has for a query.
func (c *Client) serverTimeoutError(reply errorReply) *Error {
	return &Error{
		Kind:    Timeout,
		Message: c.name() + " took longer for the query than it allows" + quote(reply),
		Hint:    "Look at the server's load, or raise its query timeout",
	}
}

func (c *Client) unavailableError(status int, reply errorReply) *Error {
	what := statusText(status) + quote(reply)
	if reply.json && reply.Error != "" {
		what = reply.Error
	}
	return &Error{
		Kind: Unavailable, transient: true,
		Message: fmt.Sprintf("%s cannot answer: %s", c.name(), what),
		Hint:    "Look at the server's health and log, and at the stores behind and the proxies before it",
	}
}

// notPrometheusError returns an error whose message begins with the server's
// address and goes on with what.
func (c *Client) notPrometheusError(what string) *Error {
	return &Error{
		Kind:    NotPrometheus,
		Message: c.name() + " " + what + ", which is not what the Prometheus HTTP API answers",
		Hint: "Check the address: it must be what comes before /api/v1, such as http://prometheus:9090, " +
			"https://mimir/prometheus or http://vmselect:8481/select/0/prometheus",
	}
}

// name returns the server's address as people see it.
func (c *Client) name() string { return c.server.address.String() }

func statusText(status int) string { return fmt.Sprintf("%d %s", status, http.StatusText(status)) }

func quote(reply errorReply) string {
	if reply.Error == "" {
		return ""
	}
	return ": " + reply.Error
}

// retryAfter returns the header of that name: seconds or a date (RFC 9110, section
// 10.2.3), nil if the header is missing, wrong or in the past.
func retryAfter(response *http.Response) *backoff.RetryAfterError {
	text := response.Header.Get("Retry-After")
	if text == "" {
		return nil
	}
	wait := time.Duration(0)
	if n, err := strconv.Atoi(text); err == nil {
		wait = time.Duration(min(n, 1<<20)) * time.Second
	} else if at, err := http.ParseTime(text); err == nil {
		wait = time.Until(at)
	}
	if wait <= 0 {
		return nil
	}
	return &backoff.RetryAfterError{Duration: wait}
}
