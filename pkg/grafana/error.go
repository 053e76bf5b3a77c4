package grafana

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// Error describes a refusal by Grafana.
type Error struct {
	Status int
	// What Grafana says.
	Message string
	// What to do; empty where only Grafana's message helps.
	Hint string
}

func (e *Error) Error() string {
	text := fmt.Sprintf("Grafana says %d %s", e.Status, http.StatusText(e.Status))
	if e.Message != "" {
		text += ": " + e.Message
	}
	if e.Hint != "" {
		text += "; " + e.Hint
	}
	return text
}

// refusal returns the error for an answer to a call that needs a permission.
func refusal(status int, body []byte, needs string) error {
	var answer struct{ Message string }
	_ = json.Unmarshal(body, &answer) // proxies answer with pages, and the status says enough
	e := &Error{Status: status, Message: strings.TrimSuffix(strings.Join(strings.Fields(answer.Message), " "), ".")}
	switch {
	case status == http.StatusUnauthorized:
		e.Hint = "sign in with the token of a service account that has the role Admin"
	case status == http.StatusForbidden:
		e.Hint = "the service account needs the role Admin"
		if !strings.Contains(e.Message, needs) {
			e.Hint += ", or the permission " + needs
		}
	case status == http.StatusNotFound && answer.Message == "":
		e.Hint = "is it Grafana's address, with the path that it is served from?"
	}
	return e
}

// absent reports whether the error is that Grafana knows no such thing.
func absent(err error) bool {
	var refused *Error
	return errors.As(err, &refused) && refused.Status == http.StatusNotFound && refused.Message != ""
}
