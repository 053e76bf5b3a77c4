package upstream

import (
	"context"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// request describes a request to the API.
type request struct {
	// Path below the server's address.
	path   string
	params url.Values
	// get is set for the parts of the API that do not accept POST.
	get bool
}

// key returns the same text for requests that have the same answer.
func (r request) key() string { return r.path + "?" + r.params.Encode() }

// exchange sends a request and reads the answer, within a limited context. Its
// error says that the time was too short only if the whole context has not ended.
// It calls wait before it waits for memory.
func exchange[T any](whole, limited context.Context, c *Client, r request, wait func(), decode func(io.Reader) (T, error)) (T, error) {
	result, err := receive(whole, limited, c, r, wait, decode)
	if whole.Err() == nil && !isServerWide(err) {
		c.circuit.close()
	}
	return result, err
}

func receive[T any](whole, limited context.Context, c *Client, r request, wait func(), decode func(io.Reader) (T, error)) (result T, err error) {
	sent := time.Now()
	response, err := c.send(limited, r)
	if err != nil {
		return result, c.sendError(whole, err)
	}
	received := time.Now()
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode/100 != 2 {
		return result, c.statusError(response)
	}
	c.clock.observe(sent, received, response.Header)
	result, err = read(limited, c, response, wait, decode)
	if err != nil {
		return result, c.bodyError(whole, response, err)
	}
	return result, nil
}

// read decodes a body within the limits of size and memory. It calls wait before it
// waits for memory.
func read[T any](ctx context.Context, c *Client, response *http.Response, wait func(), decode func(io.Reader) (T, error)) (result T, err error) {
	body, err := decompress(response)
	if err != nil {
		return result, err
	}
	limited := http.MaxBytesReader(nil, io.NopCloser(body), c.options.MaxResponse)
	counted := &meteredReader{Reader: limited, ctx: ctx, reservation: reservationOf(ctx), wait: wait}
	result, err = decode(counted)
	if err != nil {
		counted.release()
	}
	return result, err
}

// send posts a request, since expressions may be longer than a URL. Where POST is
// refused, it changes to GET for good.
func (c *Client) send(ctx context.Context, r request) (*http.Response, error) {
	if r.get || c.getOnly.Load() {
		return c.do(ctx, http.MethodGet, r)
	}
	response, err := c.do(ctx, http.MethodPost, r)
	if err != nil || !refusesPost(response.StatusCode) {
		return response, err
	}
	_ = response.Body.Close()
	response, err = c.do(ctx, http.MethodGet, r)
	if err == nil && response.StatusCode/100 == 2 {
		c.getOnly.Store(true)
	}
	return response, err
}

func refusesPost(status int) bool {
	return status == http.StatusMethodNotAllowed || status == http.StatusNotImplemented
}

func (c *Client) do(ctx context.Context, method string, r request) (*http.Response, error) {
	where := c.server.address.JoinPath(r.path)
	form := c.form(r)
	var body io.Reader
	if method == http.MethodPost {
		body = strings.NewReader(form)
	} else {
		where.RawQuery = form
	}
	request, err := http.NewRequestWithContext(ctx, method, where.String(), body)
	if err != nil {
		return nil, err
	}
	c.setHeaders(request)
	return c.http.Do(request)
}

func (c *Client) form(r request) string {
	params := maps.Clone(c.params)
	maps.Copy(params, r.params)
	return params.Encode()
}

func (c *Client) setHeaders(request *http.Request) {
	request.Header.Set("Accept", "application/json")
	if isNearby(c.server.address.Hostname()) {
		request.Header.Set("Accept-Encoding", "identity")
	}
	if request.Body != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		// Queries change nothing, so net/http may send them again when an
		// idle connection turns out to be closed; the empty value says so
		// without a header on the wire.
		request.Header["Idempotency-Key"] = nil
	}
	if user := c.server.user; user != nil {
		password, _ := user.Password()
		request.SetBasicAuth(user.Username(), password)
	}
}
