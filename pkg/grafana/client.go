// Package grafana arranges what the teams of definitions have in a Grafana,
// through its HTTP API: folders, permissions and dashboards.
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

// Client talks to one Grafana, versions 12 and 13.
type Client struct {
	base    string
	http    http.Client
	timeout time.Duration
}

// New is a client of the Grafana at an address, which is the one that people
// open. The HTTP client brings the credentials; the timeout is for each request.
func New(address string, client *http.Client, timeout time.Duration) (*Client, error) {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, fmt.Errorf("%q is not an address of a Grafana: write one such as https://grafana.example.com", address)
	}
	c := &Client{base: strings.TrimSuffix(u.JoinPath("/").String(), "/"), http: *client, timeout: timeout}
	c.http.CheckRedirect = refuseRedirect
	return c, nil
}

// refuseRedirect keeps the credentials from other servers, and writes from
// becoming reads.
func refuseRedirect(next *http.Request, _ []*http.Request) error {
	return fmt.Errorf("it redirects to %s://%s%s; give the address that it has in the end", next.URL.Scheme, next.URL.Host, next.URL.Path)
}

// request is one call of the API.
type request struct {
	method, path string
	// header is sent besides what all requests have.
	header http.Header
	// body is sent as JSON, unless it is nil.
	body any
	// doing says what the call is for, such as "creating team payments".
	doing string
	// needs is the permission that Grafana asks for.
	needs string
}

func get(path, doing, needs string) request {
	return request{method: http.MethodGet, path: path, doing: doing, needs: needs}
}

func post(path string, body any, doing, needs string) request {
	return request{method: http.MethodPost, path: path, body: body, doing: doing, needs: needs}
}

// call decodes the answer, unless that is nil. Its error names what it was
// doing, and is an *Error if Grafana has answered with one.
func (c *Client) call(ctx context.Context, r request, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	if err := c.exchange(ctx, r, answer); err != nil {
		return fmt.Errorf("%s: %w", r.doing, err)
	}
	return nil
}

func (c *Client) exchange(ctx context.Context, r request, answer any) error {
	asked, err := r.on(ctx, c.base)
	if err != nil {
		return err
	}
	response, err := c.http.Do(asked)
	if err != nil {
		return fmt.Errorf("%s cannot be asked: %w", c.base, plain(err))
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

// on is the request to the Grafana at an address.
func (r request) on(ctx context.Context, base string) (*http.Request, error) {
	var content io.Reader
	if r.body != nil {
		encoded, err := json.Marshal(r.body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(encoded)
	}
	asked, err := http.NewRequestWithContext(ctx, r.method, base+r.path, content)
	if err != nil {
		return nil, err
	}
	maps.Copy(asked.Header, r.header)
	asked.Header.Set("Accept", "application/json")
	asked.Header.Set("Content-Type", "application/json")
	return asked, nil
}

// plain is the error without the method and the address, which are told already.
func plain(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}
