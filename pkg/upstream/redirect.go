package upstream

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// maxRedirects is net/http's own limit, which a CheckRedirect replaces.
const maxRedirects = 10

// redirectError describes a redirect that the client does not follow.
type redirectError struct {
	to     string
	reason string
}

func (e *redirectError) Error() string {
	return fmt.Sprintf("the server redirects to %s, %s", e.to, e.reason)
}

// guardRedirects returns the client with its redirects kept on the same server:
// transports that add credentials to every request, as the plugin SDK's do, would
// hand them to any host that they are redirected to.
func guardRedirects(client *http.Client) *http.Client {
	guarded := *client
	guarded.CheckRedirect = func(next *http.Request, via []*http.Request) error {
		if err := checkRedirect(next, via); err != nil || client.CheckRedirect == nil {
			return err
		}
		return client.CheckRedirect(next, via)
	}
	return &guarded
}

func checkRedirect(next *http.Request, via []*http.Request) error {
	from := via[0].URL
	switch {
	case len(via) >= maxRedirects:
		return refuseRedirect(next.URL, "after many other redirects")
	case from.Scheme == "https" && next.URL.Scheme != "https":
		return refuseRedirect(next.URL, "which is not encrypted")
	case !isSameServer(from, next.URL):
		return refuseRedirect(next.URL, "which is another server")
	}
	return restoreForm(next, via[0])
}

// isSameServer reports whether two URLs are on one server, which may move its
// callers from http to https, where the ports differ.
func isSameServer(from, to *url.URL) bool {
	upgraded := from.Scheme == "http" && to.Scheme == "https"
	return from.Hostname() == to.Hostname() && (from.Port() == to.Port() || upgraded)
}

func refuseRedirect(to *url.URL, reason string) error {
	return &redirectError{to: (&url.URL{Scheme: to.Scheme, Host: to.Host, Path: to.Path}).String(), reason: reason}
}

// restoreForm puts back the query that net/http drops when it turns a POST into a
// GET (status 301, 302 and 303).
func restoreForm(next, first *http.Request) error {
	if first.Method != http.MethodPost || next.Method != http.MethodGet {
		return nil
	}
	body, err := first.GetBody()
	if err != nil {
		return err
	}
	form, err := io.ReadAll(body)
	next.URL.RawQuery = string(form)
	return err
}
