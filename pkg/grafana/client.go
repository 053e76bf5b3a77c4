// Package grafana arranges what the teams of definitions have in a Grafana, through
// its HTTP API: folders, permissions, dashboards and alert rules. It also writes alert
// rules as a file for provisioning.
package grafana

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Client calls the API of one Grafana, versions 12 and 13.
type Client struct {
	base    string
	http    http.Client
	timeout time.Duration
}

// New returns a client of the Grafana at the address that people open. The HTTP
// client adds the credentials; the timeout applies to each request.
func New(address string, client *http.Client, timeout time.Duration) (*Client, error) {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, fmt.Errorf("%q is not an address of a Grafana: write one such as https://grafana.example.com", address)
	}
	c := &Client{base: strings.TrimSuffix(u.JoinPath("/").String(), "/"), http: *client, timeout: timeout}
	c.http.CheckRedirect = refuseRedirect
	return c, nil
}

// refuseRedirect keeps the credentials from other servers, and writes from becoming
// reads.
func refuseRedirect(next *http.Request, _ []*http.Request) error {
	return fmt.Errorf("it redirects to %s://%s%s; give the address that it has in the end", next.URL.Scheme, next.URL.Host, next.URL.Path)
}

// request describes a call of the API.
type request struct {
	method, path string
	// Headers besides those of all requests.
	header http.Header
	// Sent as JSON, unless nil.
	body any
	// What the call is for, such as "creating team payments".
	doing string
	// The permission that Grafana asks for.
	needs string
}

func get(path, doing, needs string) request {
	return request{method: http.MethodGet, path: path, doing: doing, needs: needs}
}

func post(path string, body any, doing, needs string) request {
	return request{method: http.MethodPost, path: path, body: body, doing: doing, needs: needs}
}

// call decodes the answer, unless that is nil. Its error says what the call was for,
// and wraps an *Error if Grafana answered with one.
func (c *Client) call(ctx context.Context, r request, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	if err := c.exchange(ctx, r, answer); err != nil {
		return fmt.Errorf("%s: %w", r.doing, err)
	}
	return nil
}

func (c *Client) exchange(ctx context.Context, r request, answer any) error {
	built, err := r.build(ctx, c.base)
	if err != nil {
		return err
	}
	response, err := c.http.Do(built)
	if err != nil {
		return fmt.Errorf("%s cannot be asked: %w", c.base, withoutURL(err))
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	switch {
	case err != nil:
		return fmt.Errorf("the answer of %s broke off: %w", c.base, err)
	case response.StatusCode >= http.StatusMultipleChoices:
		return refusal(response.StatusCode, body, r.needs)
	case answer == nil:
		return nil
	}
	if err := json.Unmarshal(body, answer); err != nil {
		return fmt.Errorf("%s answers, but not as Grafana does; is it Grafana's address?: %w", c.base, err)
	}
	return nil
}

// build returns the request to the Grafana at an address.
func (r request) build(ctx context.Context, base string) (*http.Request, error) {
	var content io.Reader
	if r.body != nil {
		encoded, err := json.Marshal(r.body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(encoded)
	}
	built, err := http.NewRequestWithContext(ctx, r.method, base+r.path, content)
	if err != nil {
		return nil, err
	}
	maps.Copy(built.Header, r.header)
	built.Header.Set("Accept", "application/json")
	built.Header.Set("Content-Type", "application/json")
	return built, nil
}

// withoutURL returns the error without the method and the address, which the message
// has already.
func withoutURL(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}
