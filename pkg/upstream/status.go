package upstream

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// complaint is what a server says is wrong: the error part of the API's
// envelope, or the text of another answer.
type complaint struct {
	Status    string `json:"status"`
	ErrorType string `json:"errorType"`
	Error     string `json:"error"`
	// json says that it came in the API's envelope.
	json bool
}

// longestComplaint is the most bytes of an error's body that are read, and
// longestQuote the most that are shown if it is mere text.
const (
	longestComplaint = 64 << 10
	longestQuote     = 300
)

// statusError returns the error of an answer that is not a success.
func (c *Client) statusError(response *http.Response) error {
	body, _ := io.ReadAll(io.LimitReader(response.Body, longestComplaint))
	e := c.judge(response.StatusCode, readComplaint(response, body))
	e.Status = response.StatusCode
	if e.passing {
		e.after = retryAfter(response)
	}
	if e.after != nil && e.after.Duration > c.pauses.patience {
		e.Message += fmt.Sprintf(". It asks to wait for %s", e.after.Duration.Round(time.Second))
	}
	return e
}

func readComplaint(response *http.Response, body []byte) complaint {
	var said complaint
	if err := json.Unmarshal(body, &said); err == nil && said.Status == "error" {
		said.json = true
		return said
	}
	if looksLikeHTML(response, body) {
		return complaint{}
	}
	text := strings.Join(strings.Fields(strings.ToValidUTF8(string(body), "")), " ")
	if len(text) > longestQuote {
		text = strings.ToValidUTF8(text[:longestQuote], "") + "…"
	}
	return complaint{Error: text}
}

func looksLikeHTML(response *http.Response, body []byte) bool {
	return strings.HasPrefix(response.Header.Get("Content-Type"), "text/html") ||
		strings.HasPrefix(http.DetectContentType(body), "text/html")
}

// judge decides what kind of error an answer is, and who is to blame. What the
// API's envelope says comes first, then the status.
func (c *Client) judge(status int, said complaint) *Error {
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return c.unauthorized(status, said)
	case status == http.StatusTooManyRequests || said.ErrorType == "too_many_requests":
		return c.throttled(said)
	case timedOut(said):
		return c.outOfTime(said)
	case said.ErrorType == "cost_limit" || exceedsLimit(said.Error):
		return c.tooMuch(said)
	case status == http.StatusRequestEntityTooLarge && !said.json:
		return c.tooMuch(said)
	case badQuery(status, said):
		return c.badQuery(said)
	case serverFailed(status, said):
		return c.unavailable(status, said)
	}
	return c.notPrometheus(fmt.Sprintf("answered %s%s", statusText(status), quoted(said)))
}

func (c *Client) unauthorized(status int, said complaint) *Error {
	e := &Error{Kind: Unauthorized, Message: fmt.Sprintf("%s refused access with %s%s", c.name(), statusText(status), quoted(said))}
	e.Hint = "Check the user and password or the token, and the tenant (header X-Scope-OrgID) if the server has tenants"
	if status == http.StatusForbidden {
		e.Hint = "Ask for the right to query this server, and check the tenant (header X-Scope-OrgID) if the server has tenants"
	}
	return e
}

func (c *Client) throttled(said complaint) *Error {
	return &Error{
		Kind: Throttled, passing: true,
		Message: c.name() + " gets more requests than it allows" + quoted(said),
		Hint:    "Lower the concurrency of this data source, or raise the server's request limit",
	}
}

func (c *Client) tooMuch(said complaint) *Error {
	return &Error{
		Kind:    LimitExceeded,
		Message: "the query exceeds a limit of " + c.name() + quoted(said),
		Hint:    "Select fewer series or group by fewer labels, or raise the server's limit; limits on points and length can be set on the data source",
	}
}

func (c *Client) badQuery(said complaint) *Error {
	return &Error{
		Kind:    BadQuery,
		Message: c.name() + " cannot run the query" + quoted(said),
		Hint:    "Correct the expression; the server says where it is wrong",
	}
}

// outOfTime is not tried again, and not with less: the server has just spent all
// the time that it has for a query.
func (c *Client) outOfTime(said complaint) *Error {
	return &Error{
		Kind:    Timeout,
		Message: c.name() + " needed longer for the query than it allows itself" + quoted(said),
		Hint:    "Look at the server's load, or raise its query timeout",
	}
}

func (c *Client) unavailable(status int, said complaint) *Error {
	what := statusText(status) + quoted(said)
	if said.json && said.Error != "" {
		what = said.Error
	}
	return &Error{
		Kind: Unavailable, passing: true,
		Message: fmt.Sprintf("%s is not able to answer: %s", c.name(), what),
		Hint:    "Look at the server's health and log, and at the stores behind and the proxies before it",
	}
}

// notPrometheus has a sentence that goes on after the server's address.
func (c *Client) notPrometheus(what string) *Error {
	return &Error{
		Kind:    NotPrometheus,
		Message: c.name() + " " + what + ", which is not what the Prometheus HTTP API answers",
		Hint: "Check the address: it must be what comes before /api/v1, such as http://prometheus:9090, " +
			"https://mimir/prometheus or http://vmselect:8481/select/0/prometheus",
	}
}

// name returns the server's address as it is shown to people.
func (c *Client) name() string { return c.server.address.String() }

func statusText(status int) string { return fmt.Sprintf("%d %s", status, http.StatusText(status)) }

func quoted(said complaint) string {
	if said.Error == "" {
		return ""
	}
	return ": " + said.Error
}
